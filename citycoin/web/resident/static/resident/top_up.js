// The top-up's form: what you pay and what you get, while the amount is chosen. The server computes it again.

import { filled } from "./elements.js";

const form = document.querySelector("[data-top-up]");
if (form) {
    const { discount, most, step } = Object.fromEntries(Object.entries(form.dataset).map(([name, value]) => [name, Number(value)]));
    const other = form.elements.other;
    const won = (number) => filled(form.querySelector("template[data-won]").innerHTML.trim(), number);
    const find = (name) => form.querySelector(`[data-${name}]`);
    const button = form.querySelector("button[data-button-text]");
    /** The amount as the server reads it; 0 for what it wouldn't take. */
    const amount = () => {
        if (!other.value) return Number(form.elements.amount.value || 0);
        const digits = other.value.replace(/ ?원$/, "").replaceAll(",", "");
        return /^[0-9]+$/.test(digits) ? Number(digits) : 0;
    };

    const draw = () => {
        const wanted = amount();
        const tooMuch = wanted > most;
        const notStep = !tooMuch && wanted % step !== 0;
        find("deal").hidden = !wanted || tooMuch || notStep;
        find("plain").hidden = wanted > 0;
        find("too-much").hidden = !tooMuch;
        find("not-step").hidden = !notStep;
        other.toggleAttribute("aria-invalid", false);
        if (other.value && (tooMuch || notStep)) other.setAttribute("aria-invalid", "true");
        find("pay").textContent = won(wanted - Math.floor((wanted * discount) / 1000));
        find("get").textContent = won(wanted);
        button.textContent = filled(button.dataset.buttonText, won(wanted));
        button.disabled = !wanted || tooMuch || notStep;
    };
    other.addEventListener("input", () => {
        const digits = other.value.replace(/\D/g, "");
        other.value = digits ? Number(digits).toLocaleString("ko-KR") : "";
        for (const each of form.querySelectorAll("[name=amount]")) each.checked = false;
        draw();
    });
    form.addEventListener("change", (event) => {
        if (event.target.name === "amount") other.value = "";
        draw();
    });
    if (other.value) {
        for (const each of form.querySelectorAll("[name=amount]")) each.checked = false;
        // What the server couldn't read stays as it was typed.
        if (/^[0-9]+$/.test(other.value)) other.value = Number(other.value).toLocaleString("ko-KR");
    }
    draw();
}
