// Makes this browser's key, shows its address, and proves to the server that the browser holds it.

import { hex, inForce, keyOf, makeKey, show, signed } from "./keys.js";
import { wordsOf } from "./words.js";

const place = /** @type {HTMLElement} */ (document.getElementById("browser-key"));
/** @type {HTMLFormElement | null} of a page on which a key can be bound */
const form = place.querySelector("form");

/** @param {import("./keys.js").Key | null} key */
async function shown(key) {
    if (!key) return show(place, "none");
    place.querySelector("[data-words]").textContent = await wordsOf(key.address);
    for (const each of place.querySelectorAll("[data-address]")) each.textContent = key.address;
    show(place, inForce(place, key) ? "in-force" : "made");
}

/** @param {import("./keys.js").Key | null} key */
async function bind(key) {
    if (!form || !key) throw new Error("there is no key, or nothing to bind it by");
    form.elements.public_key.value = hex(key.point);
    form.elements.proof.value = await signed(key, new TextEncoder().encode(place.dataset.text));
    form.submit();
}

place.querySelector("[data-make]").addEventListener("click", (/** @type {any} */ event) => {
    event.target.disabled = true;
    makeKey(place).then(shown).catch(() => show(place, "failed"));
});
form?.addEventListener("submit", (event) => {
    event.preventDefault();
    keyOf(place).then(bind).catch(() => show(place, "made", "failed"));
});
keyOf(place).then(shown).catch(() => show(place, "unable"));
