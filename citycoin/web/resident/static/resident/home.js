// The wallet's reading pages: hides the balance where its owner wants it, shares and prints a receipt.

import { announce } from "./elements.js";

const COVERED = "balance-covered";
const cover = () => {
    const covered = localStorage.getItem(COVERED) === "yes";
    for (const shown of document.querySelectorAll("[data-shown]")) shown.hidden = covered;
    for (const hidden of document.querySelectorAll("[data-covered]")) hidden.hidden = !covered;
    for (const button of document.querySelectorAll("[data-cover]")) {
        button.hidden = false;
        button.textContent = covered ? button.dataset.showText : button.dataset.coverText;
    }
};
document.addEventListener("click", async (event) => {
    const target = /** @type {Element} */ (event.target).closest("[data-cover], [data-share], [data-print]");
    if (!target) return;
    if ("cover" in target.dataset) {
        localStorage.setItem(COVERED, localStorage.getItem(COVERED) === "yes" ? "no" : "yes");
        cover();
    } else if ("print" in target.dataset) {
        print();
    } else if (navigator.share) {
        await navigator.share({ title: target.dataset.shareTitle, text: target.dataset.shareText }).catch(() => undefined);
    } else {
        await navigator.clipboard.writeText(target.dataset.shareText);
        target.textContent = target.dataset.copied;
        announce(target.dataset.copied);
    }
});
document.querySelector("live-region")?.addEventListener("shown", cover);
for (const each of document.querySelectorAll("[data-needs-script]")) each.hidden = false;
cover();
