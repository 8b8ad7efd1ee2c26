/* The list of what is needed says of each field whether it is filled. <business-number>: puts the hyphens in while it is typed, and says at once whether the check digit fits. The server
   judges by the same rule (merchants/domain/business_number.py). */

const WEIGHTS = [1, 3, 7, 1, 3, 7, 1, 3, 5];
const LENGTH = 10;

function isRight(text) {
    const digits = [...text].map(Number);
    const sum = WEIGHTS.reduce((total, weight, place) => total + weight * digits[place], 0);
    return (10 - ((sum + Math.floor((digits[8] * 5) / 10)) % 10)) % 10 === digits[9];
}

class BusinessNumber extends HTMLElement {
    connectedCallback() {
        this.field = this.querySelector("input");
        this.said = this.querySelector("[data-right]");
        this.field.addEventListener("input", () => this.judge());
        this.judge();
    }

    judge() {
        const digits = this.field.value.normalize("NFKC").replace(/[^0-9]/g, "").slice(0, LENGTH);
        this.field.value = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)].filter(Boolean).join("-");
        const whole = digits.length === LENGTH;
        const right = whole && isRight(digits);
        this.said.textContent = whole ? this.said.dataset[right ? "right" : "wrong"] : "";
        this.said.classList.toggle("wrong", whole && !right);
        this.field.toggleAttribute("aria-invalid", false);
        if (whole && !right) this.field.setAttribute("aria-invalid", "true");
    }
}

customElements.define("business-number", BusinessNumber);

const form = document.querySelector("[data-apply]");
const list = document.querySelector(".needed");
const draw = () => {
    for (const said of list.querySelectorAll("[data-of]")) {
        const field = form.elements[said.dataset.of];
        const given = field.value.trim() && !field.hasAttribute("aria-invalid");
        said.textContent = list.dataset[given ? "given" : "missing"];
        said.className = given ? "badge good" : "badge warning";
    }
};
form.addEventListener("input", draw);
draw();
