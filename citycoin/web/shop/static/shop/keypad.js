/* <key-pad>: drawn keys that type into its one field, which stays a field for a keyboard, a paste and a screen reader. */

import { AmountField } from "../pages/amount.js";

class KeyPad extends HTMLElement {
    connectedCallback() {
        this.typed = new AmountField(this.querySelector("input"), this.querySelector("[data-amount-wrong]"));
        this.fresh = true; // what the page begins with goes away with the first digit
        this.typed.field.addEventListener("input", () => {
            this.fresh = false;
        });
        const keys = this.querySelector("[data-keys]");
        keys.hidden = false;
        keys.addEventListener("click", (event) => {
            const key = /** @type {Element} */ (event.target).closest("button");
            if (key) this.press(key.dataset);
        });
    }

    press({ digits, all }) {
        const text = this.fresh && digits ? "" : this.typed.text;
        if (digits) this.typed.write(text + (text || digits !== "0" ? digits : ""));
        else this.typed.write(all ?? text.slice(0, -1));
        this.fresh = all !== undefined;
    }
}

customElements.define("key-pad", KeyPad);
