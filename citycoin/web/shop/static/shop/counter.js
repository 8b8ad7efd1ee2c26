/* <shop-counter>: keypad, the code on the screen with its countdown, and the screen that turns when what this counter asked for
   is paid. Of other payments it says so in a line. */

import { AmountField } from "../pages/amount.js";
import { KOREAN, ask, keep, loadAnew, sayWhy, sentenceOf, taken } from "../pages/asking.js";
import { bringWorker } from "../pages/live.js";
import "./board.js";

const ENDING_MS = 30_000;
const EACH_SHOWN_MS = 800; // of several payments at once
const CLOSES_AFTER_MS = 20_000;
const SOUND_WANTED = "counter sound";
const MOST_ASKED = 50; // codes of its own that a counter remembers
const NEWS_SHOWN_MS = 30_000;
const MEANT_WITHIN_MS = 10 * 60_000; // of a payment that repeats another: later nobody knows any more
const PRACTICE_WON = 100;
// A copy from before the connection was lost: it has the fixed code, and nothing that it asks is answered.
const isCopy = "offline" in document.documentElement.dataset;
const LONG = 9; // signs of an amount that need smaller letters

/** A list that this tab remembers. */
const remembered = (name) => new Set(JSON.parse(sessionStorage.getItem(name) ?? "[]"));
const remember = (name, all) => sessionStorage.setItem(name, JSON.stringify([...all].slice(-MOST_ASKED)));

class ShopCounter extends HTMLElement {
    view = "keypad";
    /** @type {import("./voice.js").Voice | undefined} */
    voice;

    connectedCallback() {
        this.board = this.querySelector("shop-board");
        this.bars = this.piece("bars");
        this.mine = remembered("asked here");
        this.meant = remembered("paid twice and meant");
        this.typed = new AmountField(this.piece("typed"), this.querySelector("[data-amount-wrong]"));
        this.stopped = !this.piece("stopped").hidden;
        this.waiting = [];
        this.listenToKeys();
        this.listenToViews();
        this.listenToBoard();
        this.prepareSound();
        this.keepAwake();
        setInterval(() => this.tick(), 250);
        this.practise();
        if (isCopy) this.beCopy();
        else this.showAgain(new URLSearchParams(location.search).get("request"), taken());
        this.bringWorker();
    }

    /** The fixed code needs no connection of ours, only the payer's. The first answer brings the page itself. */
    beCopy() {
        this.board.say("lost", { kind: "offline" });
        this.go("fixed");
        this.board.addEventListener("looked", () => location.reload());
    }

    bringWorker() {
        if (isCopy || !("serviceWorker" in navigator)) return;
        // A private window may refuse it: the counter then opens with a connection only.
        addEventListener("load", () => bringWorker(this.dataset.worker).catch(() => undefined));
    }

    piece(name) {
        return document.querySelector(`[data-part="${name}"]`);
    }

    go(view) {
        for (const each of this.querySelectorAll("[data-view]")) each.hidden = each.dataset.view !== view;
        document.body.dataset.shows = view;
        if (view !== "code") this.putAway();
        this.piece("problem").hidden = true;
        this.view = view;
        scrollTo(0, 0); // the code is what a customer's camera looks for, wherever the keypad was left
        this.keepFocus();
    }

    /** Where the focused thing has gone, the keyboard goes on at the beginning of what is shown. */
    keepFocus(focused = document.activeElement) {
        if (focused === document.body || focused.getClientRects().length) return;
        this.querySelector(`[data-view="${this.view}"] [data-first]`).focus({ preventScroll: true });
    }

    // The amount

    listenToKeys() {
        this.typed.field.addEventListener("input", () => this.drawAmount());
        for (const key of this.querySelectorAll("[data-digits]")) {
            // No amount begins with a zero, and no key is wrong.
            key.addEventListener("click", () => this.write(this.typed.text + key.dataset.digits.replace(this.typed.text ? "" : /^0+/, "")));
        }
        for (const key of this.querySelectorAll("[data-add]")) {
            key.addEventListener("click", () => this.write(String(this.typed.won + Number(key.dataset.add))));
        }
        this.piece("clear").addEventListener("click", () => this.write(""));
        this.piece("back").addEventListener("click", () => this.write(this.typed.text.slice(0, -1)));
        this.querySelector('[data-view="keypad"]').addEventListener("submit", (event) => {
            event.preventDefault();
            if (this.typed.won) this.ask(this.typed.won);
            else this.typed.field.focus();
        });
    }

    write(text) {
        this.typed.write(text);
        this.drawAmount();
    }

    drawAmount() {
        const { won, field } = this.typed;
        field.classList.toggle("long", field.value.length > LONG);
        this.piece("show-amount").textContent = won ? `${this.won(won)} ` : "";
        if (KOREAN) this.readAmount();
        this.lockKeys();
    }

    /** As it is said, by a module that comes with the first amount. */
    async readAmount() {
        const { reading } = await import("../pages/reading.js");
        const { won } = this.typed;
        this.piece("reading").textContent = won ? `${reading(won)} 원` : "";
    }

    /** As pages write it. */
    won(amount) {
        const number = amount.toLocaleString("ko-KR");
        return KOREAN ? `${number}원` : `₩${number}`;
    }

    // The code

    listenToViews() {
        for (const button of this.querySelectorAll("[data-go]")) {
            button.addEventListener("click", () => this.go(button.dataset.go));
        }
        this.piece("renew").addEventListener("click", () => this.ask(this.request.amount));
        document.addEventListener("click", (event) => {
            if (/** @type {Element} */ (event.target).closest("[data-sign-in]")) keep({ typed: this.typed.text });
        });
    }

    async ask(amount) {
        if (this.asking) return;
        this.asking = true;
        this.piece("problem").hidden = true;
        const csrf = this.querySelector('[name="csrfmiddlewaretoken"]').value;
        const answer = await ask("POST", this.dataset.requests, { csrf, form: { amount: String(amount) } });
        this.asking = false;
        if (answer.kind === "done") this.show(answer.said);
        else if (answer.kind === "old") loadAnew({ typed: String(amount) });
        else this.sayUnanswered(answer);
    }

    /** What was on the screen before: the code unless it is over, and the amount that was typed. */
    async showAgain(code, typed) {
        if (typed) this.write(typed.typed);
        if (code) await this.showCodeAgain(code);
        if (typed?.anew) this.sayUnanswered({ kind: "old" });
    }

    async showCodeAgain(code) {
        const answer = await ask("GET", `${this.dataset.requests}/${encodeURIComponent(code)}`);
        if (answer.kind === "done" && answer.said.state === "waiting") this.show(answer.said);
        else if (answer.kind === "done" || answer.kind === "refused") this.putAway();
        else this.sayUnanswered(answer);
    }

    /** @param {import("../pages/asking.js").NotDone} end */
    sayUnanswered(end) {
        const problem = this.piece("problem");
        sayWhy(problem, end, sentenceOf);
        problem.hidden = false;
    }

    show(request) {
        if (this.request?.code !== request.code) this.lasts = 0;
        this.request = request;
        this.mine.add(request.code);
        remember("asked here", this.mine);
        this.piece("amount").textContent = request.amount_text;
        this.piece("code").textContent = request.code;
        this.piece("qr").innerHTML = request.svg;
        this.go("code");
        this.board.clock = request.now - Date.now();
        this.board.asked = request.code;
        history.replaceState(null, "", `?request=${request.code}`);
        this.tick();
        this.keepFocus();
    }

    putAway() {
        this.request = null;
        this.board.asked = "";
        this.piece("qr").replaceChildren();
        history.replaceState(null, "", location.pathname);
    }

    tick() {
        if (!this.request) return;
        const left = Math.max(0, this.request.expires_at - this.board.now());
        const seconds = Math.ceil(left / 1000);
        const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
        const said = this.piece("left");
        said.textContent = said.dataset.says.replace("{left}", clock);
        const bar = this.piece("bar");
        this.lasts = Math.max(this.lasts, left, 1);
        bar.max = this.lasts;
        bar.value = left;
        this.piece("qr").classList.toggle("over", left === 0);
        this.piece("renew").hidden = left > ENDING_MS;
        this.sayOf("ending", left > 0 && left <= ENDING_MS);
        this.sayOf("expired", left === 0);
    }

    sayOf(when, shown) {
        const sentence = this.querySelector(`[data-when="${when}"]`);
        if (sentence.hidden === shown) sentence.hidden = !shown;
    }

    /** In a demo, before the first payment: this counter asks for 100 won, and one of the demo's people pays it. */
    practise() {
        this.piece("practice")?.addEventListener("click", async ({ currentTarget }) => {
            await this.ask(PRACTICE_WON);
            if (!this.request) return;
            const { url, city } = /** @type {HTMLElement} */ (currentTarget).dataset;
            const csrf = this.querySelector('[name="csrfmiddlewaretoken"]').value;
            const answer = await ask("POST", url, { csrf, form: { city, code: this.request.code } });
            if (answer.kind === "done") return;
            this.go("keypad");
            this.sayUnanswered(answer);
        });
    }

    // What comes in

    listenToBoard() {
        this.board.addEventListener("payment", ({ detail: payment }) => {
            if (this.isMine(payment)) this.waiting.push(payment);
            this.sayNews(payment);
            this.showNext();
            this.leaveExpired(payment);
        });
        this.board.addEventListener("looked", ({ detail: { request, payments, stopped } }) => {
            this.stopped = stopped;
            this.lockKeys();
            this.sayTwice(payments);
            if (request?.state === "paid" && request.code === this.request?.code) {
                this.write("");
                this.go("keypad");
            }
        });
        this.board.addEventListener("line", () => this.lockKeys());
        this.piece("twice-meant").addEventListener("click", () => {
            this.meant.add(this.twice);
            remember("paid twice and meant", this.meant);
            this.piece("twice").hidden = true;
            this.keepFocus();
        });
        const screen = this.piece("paid");
        this.piece("close").addEventListener("click", () => screen.close());
        this.piece("again").addEventListener("click", async () => {
            if (!this.voice?.isOn) await this.wakeVoice();
            this.sound(this.paid);
        });
        screen.addEventListener("close", () => {
            clearTimeout(this.closing);
            this.bars.prepend(this.board.lost);
            this.busy = false;
            this.showNext();
            this.keepFocus(this.left);
        });
    }

    /** Whether this counter asked for it: by a code of its own, by the fixed one on its screen, or by one whose time was over. */
    isMine({ request, amount }) {
        if (request && this.mine.has(request)) return true;
        return (!request && this.view === "fixed") || this.isAfterExpired(amount);
    }

    isAfterExpired(amount) {
        return this.request?.amount === amount && this.request.expires_at <= this.board.now();
    }

    /** Of the last payment, in a line. Somebody else's comes with where; a poster's is nobody's, so each counter sounds. */
    sayNews(payment) {
        const news = this.piece("news");
        const mine = this.isMine(payment);
        this.piece("news-amount").textContent = payment.amount_text;
        this.piece("news-payer").textContent = payment.payer;
        this.piece("news-where").textContent = mine ? "" : news.dataset[payment.request ? "other" : "fixed"];
        Object.assign(this.piece("news-at").dataset, { at: payment.at, said: payment.at_text });
        news.hidden = false;
        news.classList.toggle("fresh", !mine);
        clearTimeout(this.newsOver);
        this.newsOver = setTimeout(() => news.classList.remove("fresh"), NEWS_SHOWN_MS);
        this.board.tick();
        if (!mine && !payment.request) this.sound(payment);
    }

    /** The same person has paid the same amount again: whether that was meant is asked until somebody says so. */
    sayTwice(payments) {
        const now = this.board.now();
        const asks = payments.find((each) => each.twice && !this.meant.has(each.id) && now - each.at < MEANT_WITHIN_MS);
        if (this.twice === asks?.id) return;
        this.twice = asks?.id;
        this.piece("twice").hidden = !asks;
        if (!asks) return;
        const what = this.piece("twice-what");
        what.textContent = what.dataset.says.replace("{who}", asks.payer).replace("{won}", asks.amount_text);
        this.piece("twice-undo").href = asks.undo_url;
    }

    /** No amount is asked for where nobody could pay it, or where nobody would see that they did. */
    lockKeys() {
        const locked = Boolean(this.stopped) || !this.board.reached;
        const unlocked = this.piece("keys").disabled && !locked;
        this.piece("keys").disabled = locked;
        for (const each of this.querySelectorAll("[data-blind]")) each.hidden = Boolean(this.stopped) || !this.board.offline;
        this.piece("show").disabled = locked || this.typed.isWrong;
        if (unlocked) this.keepFocus();
    }

    /** A code whose time was over was paid under a new one, which the payer asked for, or under the fixed one. */
    leaveExpired(payment) {
        if (!this.isAfterExpired(payment.amount)) return;
        this.write("");
        this.go("keypad");
    }

    showNext() {
        if (this.busy || !this.waiting.length) return;
        this.busy = true;
        setTimeout(() => {
            this.busy = false;
            this.showNext();
        }, EACH_SHOWN_MS);
        this.paid = this.waiting.shift();
        const screen = this.piece("paid");
        this.piece("paid-amount").textContent = this.paid.amount_text;
        this.piece("paid-payer").textContent = this.paid.payer;
        const at = this.piece("paid-at");
        at.dataset.at = this.paid.at;
        at.dataset.said = this.paid.at_text;
        this.piece("paid-twice").hidden = !this.paid.twice;
        screen.prepend(this.board.lost);
        if (!screen.open) {
            this.left = document.activeElement;
            screen.showModal();
        }
        clearTimeout(this.closing);
        this.closing = setTimeout(() => screen.close(), CLOSES_AFTER_MS);
        this.board.tick();
        this.sound(this.paid);
        screen.dataset.rung = this.paid.id; // it sounded, or would have where the sound is off
    }

    sound(payment) {
        // Browsers complain on a page that nobody has touched.
        if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200);
        if (this.voice?.isOn) this.voice.sayPaid(payment.amount);
    }

    // The sound

    prepareSound() {
        const turnOn = async () => {
            const end = await this.wakeVoice();
            if (end) sayWhy(this.piece("silent"), end, sentenceOf);
            this.piece("silent").hidden = !end;
            if (end) return;
            localStorage.setItem(SOUND_WANTED, "yes");
            this.voice?.chime();
        };
        this.piece("sound-on").addEventListener("click", turnOn);
        // Once wanted, the first press on the page is enough.
        if (localStorage.getItem(SOUND_WANTED)) {
            this.addEventListener("click", () => this.wakeVoice(), { once: true });
        }
        document.addEventListener("visibilitychange", () => this.saySound());
        this.saySound();
    }

    /** Call it from a press; the module comes with the first. @returns {Promise<import("../pages/asking.js").NotDone | undefined>} */
    async wakeVoice() {
        try {
            const { Voice } = await import("./voice.js");
            const { chime } = this.dataset;
            this.voice ??= new Voice({ chime, speaks: KOREAN, changed: () => this.saySound() });
        } catch {
            return { kind: "offline" };
        }
        return this.voice.turnOn();
    }

    saySound() {
        const focused = document.activeElement; // asked before the button goes away, and the focus with it
        const isOn = Boolean(this.voice?.isOn);
        this.piece("sound-on").hidden = isOn;
        this.piece("sound-is-on").hidden = !isOn;
        this.keepFocus(focused);
    }

    // The screen stays on where the browser lets it.

    keepAwake() {
        const askForLight = () => {
            if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
        };
        document.addEventListener("visibilitychange", askForLight);
        askForLight();
    }
}

customElements.define("shop-counter", ShopCounter);
