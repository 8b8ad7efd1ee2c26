// What several pages have: a countdown, a PIN's pad, how to say something to a screen reader, what became of a payment.

import { word } from "../pages/asking.js";

const DIGITS = 6;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "⌫"];
let speaker;

/** Say a sentence to a screen reader, politely. */
export function announce(text) {
    if (!speaker) {
        speaker = document.createElement("p");
        speaker.className = "unseen";
        speaker.setAttribute("aria-live", "polite");
        document.body.append(speaker);
    }
    speaker.textContent = text;
}

/** Whether something is wrong, at the front of the page's title: a screen reader says it first. */
export function sayErrorInTitle(wrong) {
    const said = word("error");
    const plain = document.title.startsWith(said) ? document.title.slice(said.length) : document.title;
    document.title = wrong ? said + plain : plain;
}

/** ``#`` in a text of the page filled in; a number is written as people read it. */
export const filled = (text, number) => text.replace("#", typeof number === "number" ? number.toLocaleString("ko-KR") : number);

/** ``<count-down>``: minutes and seconds left, by this device's clock.

    ``data-seconds data-say-at data-say``: so many, and what is said when so many are left. Or ``data-until``, a moment as the
    server counts, below an element with ``data-now``: it stays the same while its page is drawn again. */
class CountDown extends HTMLElement {
    connectedCallback() {
        this.endsAt = performance.now() + this.milliseconds;
        this.setAttribute("role", "timer");
        this.setAttribute("aria-live", "off");
        this.timer = setInterval(() => this.tick(), 500);
        this.tick();
    }

    get milliseconds() {
        if (!this.dataset.until) return Number(this.dataset.seconds) * 1000;
        return Number(this.dataset.until) - Number(this.closest("[data-now]").dataset.now);
    }

    disconnectedCallback() {
        clearInterval(this.timer);
    }

    tick() {
        const left = Math.max(Math.ceil((this.endsAt - performance.now()) / 1000), 0);
        const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        if (this.textContent !== text) this.textContent = text;
        if (this.dataset.say && !this.said && left > 0 && left <= Number(this.dataset.sayAt)) {
            this.said = true;
            announce(this.dataset.say);
        }
        if (left > 0) return;
        clearInterval(this.timer);
        this.dispatchEvent(new CustomEvent("ended", { bubbles: true }));
    }
}

/** ``<pin-pad>``: six dots and a pad of keys that type into the one real field, which pasting, keyboards and screen readers use. */
class PinPad extends HTMLElement {
    connectedCallback() {
        this.field = this.querySelector("input");
        this.dots = [...this.querySelectorAll(".dots circle")];
        this.field.addEventListener("input", () => this.draw());
        this.append(this.pad());
        // The pad is the keyboard of a phone; what has keys of its own keeps them.
        if (matchMedia("(pointer: coarse)").matches) this.field.inputMode = "none";
        this.draw();
    }

    pad() {
        const pad = document.createElement("div");
        pad.className = "pad";
        for (const each of KEYS) {
            if (!each) {
                pad.append(document.createElement("span"));
                continue;
            }
            const key = document.createElement("button");
            key.type = "button";
            key.className = "key";
            key.textContent = each;
            if (each === "⌫") key.setAttribute("aria-label", word("delete-digit"));
            key.addEventListener("click", () => this.press(each));
            pad.append(key);
        }
        return pad;
    }

    press(key) {
        const typed = this.field.value;
        this.field.value = key === "⌫" ? typed.slice(0, -1) : (typed + key).slice(0, DIGITS);
        announce(filled(word("digits"), this.field.value.length));
        this.field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    draw() {
        const typed = this.field.value.length;
        this.dots.forEach((dot, place) => dot.classList.toggle("on", place < typed));
        if (typed && this.field.hasAttribute("aria-invalid")) this.field.removeAttribute("aria-invalid");
        if (/^[0-9]{6}$/.test(this.field.value)) this.dispatchEvent(new CustomEvent("whole", { bubbles: true }));
    }
}

/** ``<sent-payments>``: what became of payments that another page sent. Its module comes only where one was sent. */
if (Object.keys(localStorage).some((name) => name.startsWith("payment-sent "))) import("./sent_payments.js");

customElements.define("count-down", CountDown);
customElements.define("pin-pad", PinPad);
