// An amount as a person types it, read by the server's own rule (citycoin/foundation/kernel/money.py: Won.typed and Amount).
// What is none stays as it was typed, and the page says so at once: no character is dropped, so no amount becomes another.

const TYPED = /^([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}) ?원?$/;
const LARGEST = 2 ** 48 - 1;

/** The amount that a text says: 0 where nothing is typed, NaN for what is no amount that can move. @param {string} text */
export function typedAmount(text) {
    const seen = text.replace(/\p{Cf}/gu, "").replace(/\p{Zs}+/gu, " ").replace(/^ | $/g, "");
    if (!seen) return 0;
    const amount = Number(TYPED.exec(seen)?.[1].replaceAll(",", ""));
    return amount >= 1 && amount <= LARGEST ? amount : NaN;
}

/** A field for an amount, and the sentence that stands by it while what is typed is none ({% amount_wrong %}). */
export class AmountField {
    /** Digits with commas that were put in here; empty where the text is as somebody typed it. */
    grouped = "";
    amount = 0;

    /** @param {HTMLInputElement} field @param {HTMLElement} sentence */
    constructor(field, sentence) {
        this.field = field;
        this.sentence = sentence;
        field.addEventListener("input", (event) => this.edited(/** @type {InputEvent} */ (event)));
        this.write(field.value);
    }

    /** The won that were typed; 0 where they are no amount. */
    get won() {
        return this.amount || 0;
    }

    get isWrong() {
        return Number.isNaN(this.amount);
    }

    /** What was typed, without the commas that it got here. */
    get text() {
        return this.grouped ? this.field.value.replaceAll(",", "") : this.field.value;
    }

    /** Where digits are typed into, or anything is deleted from, what was grouped here, its commas are ours to move. */
    edited({ inputType = "", data }) {
        const keepsCommas = !inputType.startsWith("delete") && !(inputType === "insertText" && /^[0-9]+$/.test(data ?? ""));
        if (keepsCommas) this.grouped = "";
        this.write(this.text);
    }

    /** @param {string} text */
    write(text) {
        this.amount = typedAmount(text);
        this.grouped = this.amount && /^[0-9,]+$/.test(text) ? this.amount.toLocaleString("ko-KR") : "";
        this.put(this.grouped || text);
        this.sentence.hidden = !this.isWrong;
        this.field.toggleAttribute("aria-invalid", false);
        if (this.isWrong) this.field.setAttribute("aria-invalid", "true");
    }

    /** The caret stays between the same two digits. @param {string} text */
    put(text) {
        const { field } = this;
        if (field.value === text) return;
        let behind = field.value.slice(field.selectionEnd).replaceAll(",", "").length;
        field.value = text;
        if (document.activeElement !== field) return;
        let caret = text.length;
        for (; behind > 0 && caret > 0; caret -= 1) if (text[caret - 1] !== ",") behind -= 1;
        field.setSelectionRange(caret, caret);
    }
}
