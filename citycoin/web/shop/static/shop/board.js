/* <shop-board>: the last payments, kept fresh by the live stream and by polling. It says what comes in: a "payment" event for
   each new one (detail: the payment), a "looked" event after each look (detail: what was said), a "line" event when the server
   can or can't be reached (detail: whether it can).
   `asked` is the code of the request on the screen; the server says how it stands. */

import { NotAnswered, ask, sayWhy } from "../pages/asking.js";
import { drawAnew, live } from "../pages/live.js";

const PATIENCE_MS = 4000;
const GONE = 404;
const NEWS_FOR_MS = 60_000; // what came in longer ago is on the board, and no news any more
const SECONDS_SHOWN = 60;
const MINUTES_SHOWN = 60;

class ShopBoard extends HTMLElement {
    asked = "";
    offline = false; // no answer came at all, so that others may still be answered

    connectedCallback() {
        this.clock = Number(this.dataset.now) - Date.now(); // the server's, less this device's
        this.remembered = `board ${this.dataset.board}`;
        this.seen = new Set(JSON.parse(sessionStorage.getItem(this.remembered) ?? "null") ?? this.idsShown());
        this.lost = this.piece("lost"); // the counter takes it along to the screen that is in front
        this.reached = true;
        this.stream = live({
            url: this.dataset.live,
            look: (why) => this.look(why),
            state: (state, end) => this.say(state, end),
        });
        this.ticking = setInterval(() => this.tick(), 1000);
        this.tick();
    }

    disconnectedCallback() {
        this.stream.close();
        clearInterval(this.ticking);
    }

    /** The server's time, in milliseconds since 1970. */
    now() {
        return Date.now() + this.clock;
    }

    piece(name) {
        return document.querySelector(`[data-part="${name}"]`);
    }

    idsShown() {
        return [...this.querySelectorAll("[data-payment]")].map((row) => row.dataset.payment);
    }

    async look(why) {
        const query = new URLSearchParams({ why, ...(this.asked && { request: this.asked }) });
        const answer = await ask("GET", `${this.dataset.board}?${query}`, { patienceMs: PATIENCE_MS });
        if (answer.kind === "done") {
            this.show(answer.said);
            return;
        }
        if (answer.kind === "refused" && answer.status === GONE && answer.said.code !== "request_unknown") {
            location.reload(); // the shop is theirs no more, or this device was revoked: the page itself says so
        }
        throw new NotAnswered(answer);
    }

    show(said) {
        this.clock = said.now - Date.now();
        this.piece("stopped").hidden = !said.stopped;
        this.piece("today").textContent = said.today.text;
        const rows = this.piece("rows");
        if (this.rowsShown !== said.rows) {
            drawAnew(rows, () => (rows.innerHTML = this.rowsShown = said.rows));
            this.tick();
        }
        rows.hidden = !said.payments.length;
        this.piece("empty").hidden = Boolean(said.payments.length);
        const fresh = said.payments.filter((each) => !this.seen.has(each.id) && said.now - each.at < NEWS_FOR_MS);
        this.seen = new Set(said.payments.map((each) => each.id));
        sessionStorage.setItem(this.remembered, JSON.stringify([...this.seen]));
        for (const payment of fresh.reverse()) this.dispatchEvent(new CustomEvent("payment", { detail: payment }));
        this.dispatchEvent(new CustomEvent("looked", { detail: said }));
    }

    say(state, end) {
        this.dataset.state = state;
        this.lost.hidden = state === "live";
        sayWhy(this.lost, end);
        this.piece("live").hidden = state !== "live";
        // A stream alone that is silent leaves the looks, and a shop can go on taking payments.
        this.reached = !["offline", "broken"].includes(end?.kind ?? "");
        this.offline = end?.kind === "offline";
        this.dispatchEvent(new CustomEvent("line", { detail: this.reached }));
    }

    tick() {
        for (const moment of document.querySelectorAll("time[data-at]")) {
            const seconds = Math.max(0, Math.floor((this.now() - Number(moment.dataset.at)) / 1000));
            const minutes = Math.floor(seconds / 60);
            if (seconds < SECONDS_SHOWN) moment.textContent = this.dataset.seconds.replace("{n}", String(seconds));
            else if (minutes < MINUTES_SHOWN) moment.textContent = this.dataset.minutes.replace("{n}", String(minutes));
            else moment.textContent = moment.dataset.said;
        }
    }
}

customElements.define("shop-board", ShopBoard);
