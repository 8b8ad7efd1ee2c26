// Has a part of a page look again by itself: <looks-again id="…" data-seconds="5" data-url="…"> takes over what is new in the
// answer and leaves alone what is the same, so nothing flickers and no reader hears it twice. data-live says that this script
// runs; data-old that the last look had no answer, until one has. An answer with data-over is the last: nothing changes after it.

import { ask } from "./asking.js";

// What holds others and stays itself: what a reader has opened stays open.
const HOLDERS = new Set(["UL", "OL", "DETAILS"]);

class LooksAgain extends HTMLElement {
    connectedCallback() {
        this.dataset.live = "";
        this.look = this.look.bind(this);
        if ("over" in this.dataset) return;
        this.timer = setInterval(this.look, Number(this.dataset.seconds) * 1000);
        document.addEventListener("visibilitychange", this.look);
    }

    disconnectedCallback() {
        clearInterval(this.timer);
        document.removeEventListener("visibilitychange", this.look);
    }

    async look() {
        if (this.looking || document.visibilityState !== "visible") return;
        this.looking = true;
        const answer = await ask("GET", this.dataset.url ?? location.href, { as: "html" });
        this.looking = false;
        const found = answer.kind === "done" ? new DOMParser().parseFromString(answer.said, "text/html").getElementById(this.id) : null;
        this.toggleAttribute("data-old", !found);
        if (!found) return;
        takeOver(this, found);
        if ("over" in found.dataset) this.disconnectedCallback();
    }
}

/** Have ``place`` hold what ``wanted`` holds; a child that is the same stays as it is. @param {Element} place @param {Element} wanted */
function takeOver(place, wanted) {
    let here = place.firstElementChild;
    for (const child of [...wanted.children]) {
        const same = [...place.children].find((each) => each.isEqualNode(child) && !isBefore(each, here));
        if (same) {
            while (here && here !== same) here = dropped(here);
            here = same.nextElementSibling;
        } else if (here && HOLDERS.has(here.tagName) && here.tagName === child.tagName) {
            takeOver(here, child);
            here = here.nextElementSibling;
        } else {
            place.insertBefore(child, here);
        }
    }
    while (here) here = dropped(here);
}

/** @param {Element} each @param {Element | null} other */
const isBefore = (each, other) => !other || Boolean(other.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING);

/** Take it away; what came after it. @param {Element} each */
function dropped(each) {
    const next = each.nextElementSibling;
    each.remove();
    return next;
}

customElements.define("looks-again", LooksAgain);
