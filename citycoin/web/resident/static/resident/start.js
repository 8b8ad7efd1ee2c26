// Opening a wallet: shows the PIN only where one is wanted, and makes the key that stays in this browser.

import { ask, loadAnew, sayWhy, sentenceOf, taken } from "../pages/asking.js";
import { newKey, keptKey, signed } from "./device_key.js";

const form = document.querySelector("[data-start]");
const pins = form.querySelector("[data-pins]");
const failed = form.querySelector("[data-key-failed]");
const unanswered = form.querySelector("[data-unanswered]");
/** What is chosen: only a key of this browser's is asked for by a script, and that takes no PIN. */
const KEPT = ["key", "terms", "privacy", "news"];
const inBrowser = () => form.elements.key.value === "browser";

for (const each of form.querySelectorAll("[data-needs-script]")) each.hidden = !globalThis.crypto?.subtle || !globalThis.indexedDB;
const draw = () => {
    pins.hidden = inBrowser();
    for (const each of pins.querySelectorAll("input")) each.disabled = inBrowser();
};
form.addEventListener("change", draw);
const typed = taken();
if (typed) {
    for (const field of form.elements) {
        if (field.type === "radio") field.checked = typed[field.name] === field.value;
        else if (field.type === "checkbox") field.checked = field.name in typed;
    }
    sayUnanswered({ kind: "old" });
}
draw();

/** @param {import("../pages/asking.js").NotDone} end */
function sayUnanswered(end) {
    sayWhy(unanswered, end, sentenceOf);
    unanswered.hidden = false;
}

let sending = false;
form.addEventListener("submit", async (event) => {
    if (sending) {
        event.preventDefault(); // a second click: the first is under way
        return;
    }
    sending = true;
    if (!inBrowser()) return;
    event.preventDefault();
    failed.hidden = true;
    unanswered.hidden = true;
    const answer = await ask("POST", form.dataset.codeUrl, { csrf: form.elements.csrfmiddlewaretoken.value });
    if (answer.kind === "old") {
        const entries = [...new FormData(form)].filter(([name]) => KEPT.includes(name));
        loadAnew(Object.fromEntries(entries));
        return;
    }
    if (answer.kind !== "done") {
        sending = false;
        sayUnanswered(answer);
        return;
    }
    try {
        const publicKey = await newKey();
        form.elements.code.value = answer.said.code;
        form.elements.public_key.value = `0x${publicKey}`;
        form.elements.proof.value = await signed(await keptKey(publicKey), new TextEncoder().encode(answer.said.text));
        form.submit();
    } catch {
        sending = false;
        failed.hidden = false;
    }
});
addEventListener("pageshow", () => {
    sending = false;
});
