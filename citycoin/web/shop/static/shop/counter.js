/* <shop-counter>: keypad, the code on the screen with its countdown, and the screen that turns when a payment comes in. */

import { ask, keep, loadAnew, sayWhy, sentenceOf, taken } from "../pages/asking.js";
import "./board.js";
import { reading } from "../pages/reading.js";
import { Voice } from "./voice.js";

const ENDING_MS = 30_000;
const EACH_SHOWN_MS = 800; // of several payments at once
const CLOSES_AFTER_MS = 20_000;
const SOUND_WANTED = "counter sound";

class ShopCounter extends HTMLElement {
    view = "keypad";

    connectedCallback() {
        this.korean = document.documentElement.lang === "ko";
        this.board = this.querySelector("shop-board");
        this.prepend(this.board.lost); // above the keypad on a phone, too
        this.typed = this.piece("typed");
        this.waiting = [];
        this.listenToKeys();
        this.listenToViews();
        this.listenToBoard();
        this.prepareSound();
        this.keepAwake();
        setInterval(() => this.tick(), 250);
        this.showAgain(new URLSearchParams(location.search).get("request"), taken());
    }

    piece(name) {
        return document.querySelector(`[data-part="${name}"]`);
    }

    go(view) {
        for (const each of this.querySelectorAll("[data-view]")) each.hidden = each.dataset.view !== view;
        if (view !== "code") this.putAway();
        this.piece("problem").hidden = true;
        this.view = view;
        this.keepFocus();
    }

    /** Where the focused thing has gone, the keyboard goes on at the beginning of what is shown. */
    keepFocus(focused = document.activeElement) {
        if (focused === document.body || focused.getClientRects().length) return;
        this.querySelector(`[data-view="${this.view}"] [data-first]`).focus({ preventScroll: true });
    }

    // The amount

    listenToKeys() {
        this.typed.addEventListener("input", () => this.write(this.typed.value));
        for (const key of this.querySelectorAll("[data-digits]")) {
            key.addEventListener("click", () => this.write(this.typed.value + key.dataset.digits));
        }
        this.piece("back").addEventListener("click", () => this.write(this.typed.value.slice(0, -1)));
        this.querySelector('[data-view="keypad"]').addEventListener("submit", (event) => {
            event.preventDefault();
            if (this.amount) this.ask(this.amount);
            else this.typed.focus();
        });
    }

    write(text) {
        const amount = Number(text.replace(/[^0-9]/g, ""));
        if (amount <= Number(this.dataset.largest)) this.amount = amount;
        this.typed.value = this.amount ? this.amount.toLocaleString("ko-KR") : "";
        if (this.korean) this.piece("reading").textContent = this.amount ? `${reading(this.amount)} 원` : "";
    }

    // The code

    listenToViews() {
        for (const button of this.querySelectorAll("[data-go]")) {
            button.addEventListener("click", () => this.go(button.dataset.go));
        }
        this.piece("renew").addEventListener("click", () => this.ask(this.request.amount));
        this.addEventListener("click", (event) => {
            if (/** @type {Element} */ (event.target).closest("[data-sign-in]")) keep({ amount: this.amount ?? 0 });
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
        else if (answer.kind === "old") loadAnew({ amount });
        else this.sayUnanswered(answer);
    }

    /** What was on the screen before: the code unless it is over, and the amount that was typed. */
    async showAgain(code, typed) {
        if (typed) this.write(String(typed.amount));
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
        this.request = request;
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
        this.piece("qr").classList.toggle("over", left === 0);
        this.piece("renew").hidden = left > ENDING_MS;
        this.sayOf("ending", left > 0 && left <= ENDING_MS);
        this.sayOf("expired", left === 0);
    }

    sayOf(when, shown) {
        const sentence = this.querySelector(`[data-when="${when}"]`);
        if (sentence.hidden === shown) sentence.hidden = !shown;
    }

    // What comes in

    listenToBoard() {
        this.board.addEventListener("payment", (event) => {
            this.waiting.push(event.detail);
            this.showNext();
            this.leaveExpired(event.detail);
        });
        this.board.addEventListener("looked", ({ detail: { request } }) => {
            if (request?.state === "paid" && request.code === this.request?.code) {
                this.write("");
                this.go("keypad");
            }
        });
        const screen = this.piece("paid");
        this.piece("close").addEventListener("click", () => screen.close());
        this.piece("again").addEventListener("click", async () => {
            if (!this.voice.isOn) await this.voice.turnOn();
            this.sound(this.paid);
        });
        screen.addEventListener("close", () => {
            clearTimeout(this.closing);
            this.prepend(this.board.lost);
            this.busy = false;
            this.showNext();
            this.keepFocus(this.left);
        });
    }

    /** A code whose time was over was paid under a new one, which the payer asked for, or under the fixed one. */
    leaveExpired(payment) {
        if (this.request?.amount !== payment.amount || this.request.expires_at > this.board.now()) return;
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
        navigator.vibrate?.(200);
        if (this.voice.isOn) this.voice.sayPaid(payment.amount);
    }

    // The sound

    prepareSound() {
        const { sounds, chime } = this.dataset;
        this.voice = new Voice({ chime, clips: sounds, speaks: this.korean, changed: () => this.saySound() });
        const turnOn = async () => {
            const end = await this.voice.turnOn();
            if (end) sayWhy(this.piece("silent"), end, sentenceOf);
            this.piece("silent").hidden = !end;
            if (end) return;
            localStorage.setItem(SOUND_WANTED, "yes");
            this.voice.chime();
        };
        this.piece("sound-on").addEventListener("click", turnOn);
        // Once wanted, the first press on the page is enough.
        if (localStorage.getItem(SOUND_WANTED)) {
            this.addEventListener("click", () => this.voice.isOn || this.voice.turnOn(), { once: true });
        }
        document.addEventListener("visibilitychange", () => this.saySound());
        this.saySound();
    }

    saySound() {
        const focused = document.activeElement; // asked before the button goes away, and the focus with it
        this.piece("sound-on").hidden = this.voice.isOn;
        this.piece("sound-is-on").hidden = !this.voice.isOn;
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
