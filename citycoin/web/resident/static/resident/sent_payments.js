// What became of the payments that this wallet sent from a page closed since: a line for each, until somebody has read it.

import { inPagesLanguage, numberOf, whatOf } from "../pages/asking.js";
import { isPending, markRead, outcomeElsewhere, unread, wasHeard } from "./payment.js";

const NEVER_ARRIVED = "payment_id_closed";

class SentPayments extends HTMLElement {
    /** @type {Map<string, HTMLElement>} */
    shown = new Map();

    connectedCallback() {
        this.draw();
        // Another page has read some of them, or the browser kept this one while others were sent.
        addEventListener("storage", () => this.dropRead());
        addEventListener("pageshow", (event) => event.persisted && this.draw());
    }

    get page() {
        const { api = "", csrf = "", owner = "", receipts = "" } = this.dataset;
        return { api, csrf, owner, receipts };
    }

    draw() {
        this.dropRead();
        for (const each of unread(this.page.owner)) {
            if (!this.shown.has(each.id) && !isSaidByItself(each.id)) this.follow(each);
        }
    }

    dropRead() {
        const left = new Set(unread(this.page.owner).map((each) => each.id));
        for (const [id, line] of this.shown) {
            if (left.has(id)) continue;
            line.remove();
            this.shown.delete(id);
        }
    }

    /** @param {import("./payment.js").Sent} sent */
    async follow(sent) {
        const line = this.line(sent);
        const unknown = (why) => {
            show(line, "unknown");
            line.querySelector("[data-why]").textContent = why ? whatOf(why) : "";
        };
        const end = await outcomeElsewhere(this.page, sent, { unknown });
        if (end.kind === "done" || end.kind === "not-done") wasHeard(this.page, sent.id);
        if (end.kind === "done" && location.pathname === this.receipt(sent)) this.close(sent); // it says more than a line
        else if (end.kind === "done") show(line, "done");
        else if (end.kind === "not-done") this.drawNotDone(line, end.said);
        else unknown(); // signed out meanwhile, here or in another tab: the wallet's next page asks
    }

    line(sent) {
        const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
        const line = /** @type {HTMLElement} */ (template.content.firstElementChild.cloneNode(true));
        line.querySelector("[data-shop]").textContent = sent.shop;
        line.querySelector("[data-amount]").textContent = this.dataset.won.replace("#", sent.amount.toLocaleString("ko-KR"));
        /** @type {HTMLAnchorElement} */ (line.querySelector("[data-receipt]")).href = this.receipt(sent);
        line.querySelector("[data-close]").addEventListener("click", () => this.close(sent));
        show(line, "unknown");
        this.shown.set(sent.id, line);
        this.append(line);
        return line;
    }

    receipt(sent) {
        return this.dataset.receipts + sent.id;
    }

    drawNotDone(line, said) {
        if (said.code !== NEVER_ARRIVED) line.querySelector("[data-sentence]").textContent = inPagesLanguage(said);
        line.querySelector("[data-code]").textContent = numberOf(said);
        show(line, "not-done");
    }

    close(sent) {
        markRead(this.page, sent.id);
        this.dropRead();
    }
}

/** Whether the payment's own page is open here, and asks for it itself. @param {string} id */
const isSaidByItself = (id) => isPending(id) && document.querySelector(`pay-screen[data-id="${id}"]`);

/** @param {HTMLElement} line @param {string} state */
function show(line, state) {
    line.dataset.state = state;
    for (const each of line.querySelectorAll("[data-when]")) {
        const { when } = /** @type {HTMLElement} */ (each).dataset;
        /** @type {HTMLElement} */ (each).hidden = !when.split(" ").includes(state);
    }
}

customElements.define("sent-payments", SentPayments);
