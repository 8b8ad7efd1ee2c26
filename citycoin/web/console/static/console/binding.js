// Makes this browser's key, shows its address, and proves to the server that the browser holds it.

import { hex, inForce, keyOf, makeKey, show, signed } from "./keys.js";

const place = document.getElementById("browser-key");
const form = place.querySelector("form");

function shown(key) {
    if (!key) return show(place, "none");
    for (const each of place.querySelectorAll("[data-address]")) each.textContent = key.address;
    show(place, inForce(place, key) ? "in-force" : "made");
}

async function bind(key) {
    form.elements.public_key.value = hex(key.point);
    form.elements.proof.value = await signed(key, new TextEncoder().encode(place.dataset.text));
    form.submit();
}

place.querySelector("[data-make]").addEventListener("click", (event) => {
    event.target.disabled = true;
    makeKey(place).then(shown).catch(() => show(place, "failed"));
});
form?.addEventListener("submit", (event) => {
    event.preventDefault();
    keyOf(place).then(bind).catch(() => show(place, "made", "failed"));
});
keyOf(place).then(shown).catch(() => show(place, "unable"));
