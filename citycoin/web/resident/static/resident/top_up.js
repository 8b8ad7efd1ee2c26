// The top-up's form: what you pay and what you get, while programme and amount are chosen. The server computes it again.

import { AmountField } from "../pages/amount.js";
import { filled } from "./elements.js";

const form = document.querySelector("[data-top-up]");
if (form) {
    const numbers = (element) => Object.fromEntries(Object.entries(element.dataset).map(([name, value]) => [name, Number(value)]));
    const offers = [...form.querySelectorAll("input[type=radio][name=programme]")];
    const won = (number) => filled(form.querySelector("template[data-won]").innerHTML.trim(), number);
    const find = (name) => form.querySelector(`[data-${name}]`);
    const button = form.querySelector("button[data-button-text]");
    const plainText = button.textContent;
    const other = new AmountField(form.elements.other, find("amount-wrong"));

    /** Of each programme that can be bought, what this amount would save; where it can't be bought of it, what it may be. */
    const drawOffers = (wanted) => {
        for (const each of offers) {
            const label = each.labels[0];
            const [plain, now] = ["[data-saves]", "[data-saves-now]"].map((found) => label.querySelector(found));
            if (!now) continue;
            const { discount, most, step } = numbers(each);
            now.hidden = !(wanted > 0 && wanted <= most && wanted % step === 0);
            plain.hidden = !now.hidden;
            now.textContent = filled(form.querySelector("template[data-saved]").innerHTML.trim(), won(Math.floor((wanted * discount) / 1000)));
        }
    };
    const draw = () => {
        const { discount, most, step } = numbers(offers.find((each) => each.checked) ?? form);
        const wanted = other.text ? other.won : Number(form.elements.amount.value || 0);
        const tooMuch = wanted > most;
        const notStep = !tooMuch && wanted % step !== 0;
        const canBuy = wanted > 0 && !tooMuch && !notStep;
        find("deal").hidden = !canBuy;
        find("plain").hidden = wanted > 0;
        find("too-much").hidden = !tooMuch;
        find("not-step").hidden = !notStep;
        find("too-much").textContent = filled(find("too-much").dataset.text, won(most));
        find("not-step").textContent = filled(find("not-step").dataset.text, won(step));
        if (other.won && !canBuy) other.field.setAttribute("aria-invalid", "true");
        find("pay").textContent = won(wanted - Math.floor((wanted * discount) / 1000));
        find("get").textContent = won(wanted);
        button.textContent = wanted ? filled(button.dataset.buttonText, won(wanted)) : plainText;
        button.disabled = !canBuy;
        drawOffers(wanted);
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
