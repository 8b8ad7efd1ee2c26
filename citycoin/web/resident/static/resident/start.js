// Opening a wallet: shows the PIN only where one is wanted, and makes the key that stays in this browser.

import { ask } from "./api.js";
import { newKey, keptKey, signed } from "./device_key.js";

const form = document.querySelector("[data-start]");
const pins = form.querySelector("[data-pins]");
const failed = form.querySelector("[data-key-failed]");
const inBrowser = () => form.elements.key.value === "browser";

for (const each of form.querySelectorAll("[data-needs-script]")) each.hidden = !globalThis.crypto?.subtle || !globalThis.indexedDB;
const draw = () => {
    pins.hidden = inBrowser();
    for (const each of pins.querySelectorAll("input")) each.disabled = inBrowser();
};
form.addEventListener("change", draw);
draw();

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
    try {
        const csrf = form.elements.csrfmiddlewaretoken.value;
        const answer = await ask("POST", form.dataset.codeUrl, { csrf });
        if (answer.kind !== "done") throw new Error(answer.kind);
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
