// The top-up's form: what you pay and what you get, while the amount is chosen. The server computes it again.

import { AmountField } from "../pages/amount.js";
import { filled } from "./elements.js";

const form = document.querySelector("[data-top-up]");
if (form) {
    const { discount, most, step } = Object.fromEntries(Object.entries(form.dataset).map(([name, value]) => [name, Number(value)]));
    const won = (number) => filled(form.querySelector("template[data-won]").innerHTML.trim(), number);
    const find = (name) => form.querySelector(`[data-${name}]`);
    const button = form.querySelector("button[data-button-text]");
    const plainText = button.textContent;
    const other = new AmountField(form.elements.other, find("amount-wrong"));

    const draw = () => {
        const wanted = other.text ? other.won : Number(form.elements.amount.value || 0);
        const tooMuch = wanted > most;
        const notStep = !tooMuch && wanted % step !== 0;
        const canBuy = wanted > 0 && !tooMuch && !notStep;
        find("deal").hidden = !canBuy;
        find("plain").hidden = wanted > 0;
        find("too-much").hidden = !tooMuch;
        find("not-step").hidden = !notStep;
        if (other.won && !canBuy) other.field.setAttribute("aria-invalid", "true");
        find("pay").textContent = won(wanted - Math.floor((wanted * discount) / 1000));
        find("get").textContent = won(wanted);
        button.textContent = wanted ? filled(button.dataset.buttonText, won(wanted)) : plainText;
        button.disabled = !canBuy;
    };
    other.field.addEventListener("input", () => {
        for (const each of form.querySelectorAll("[name=amount]")) each.checked = false;
        draw();
    });
    form.addEventListener("change", (event) => {
        if (event.target.name === "amount") other.write("");
        draw();
    });
    if (other.text) for (const each of form.querySelectorAll("[name=amount]")) each.checked = false;
    draw();
}
