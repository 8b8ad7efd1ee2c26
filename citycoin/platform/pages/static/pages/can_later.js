/** ``<can-later data-seconds>``: its button may be pressed after so many seconds; ``[data-left]`` says how many are left. */
class CanLater extends HTMLElement {
    connectedCallback() {
        this.endsAt = performance.now() + Number(this.dataset.seconds) * 1000;
        this.timer = setInterval(() => this.tick(), 500);
        this.tick();
    }

    disconnectedCallback() {
        clearInterval(this.timer);
    }

    tick() {
        const left = Math.max(Math.ceil((this.endsAt - performance.now()) / 1000), 0);
        const says = this.querySelector("[data-left]");
        this.querySelector("button").disabled = left > 0;
        says.hidden = left === 0;
        says.textContent = says.dataset.says.replace("#", left);
        if (left === 0) clearInterval(this.timer);
    }
}

customElements.define("can-later", CanLater);
