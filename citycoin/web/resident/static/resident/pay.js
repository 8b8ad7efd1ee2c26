// The payment's page: amount, confirmation, and the three answers: done, not done, not yet known.

import { ask, loadAnew, sayWhy, sentenceOf, taken, whatOf } from "../pages/asking.js";
import { reading } from "../pages/reading.js";
import { keptKey } from "./device_key.js";
import { announce, filled, sayErrorInTitle } from "./elements.js";
import { isPending, outcome, pay } from "./payment.js";

const SLOW_AFTER_MS = 3000;
const OLD_AFTER_MS = 60_000;
// A browser's own limit for two taps to be one double tap, and a little more.
const SECOND_TAP_MS = 600;
const SOUND = "payment-sound";
const PIN = /^[0-9]{6}$/;
// After these a new try under a new id can't go better.
const FINAL = new Set(["request_expired", "request_paid_already", "request_differs", "shop_not_registered", "payer_frozen"]);

class PayScreen extends HTMLElement {
    /** @type {string} the button's text without an amount */
    plainText;
    /** @type {string} what the page says of a payment that never arrived */
    neverArrived;

    connectedCallback() {
        this.form = this.querySelector("[data-form]");
        const typed = taken();
        if (!this.form) return;
        this.neverArrived = this.find("not-done").querySelector("[data-sentence]").textContent;
        this.page = {
            api: this.dataset.api,
            csrf: this.dataset.csrf,
            custody: this.dataset.custody,
            publicKey: this.dataset.publicKey,
        };
        this.amount = this.form.querySelector("#amount");
        this.pin = this.form.querySelector("#pin");
        this.button = this.find("pay");
        this.chime = new Audio(this.dataset.chime);
        this.chime.preload = "auto";
        this.hooks = { unknown: (why) => this.showUnknown(why) };
        this.listen();
        this.form.hidden = false;
        this.draw();
        this.checkKey();
        if (isPending(this.dataset.id)) this.conclude(outcome(this.page, this.dataset.id, this.hooks));
        else if (typed?.anew) this.sayLoadedAnew(typed.known);
    }

    /** Whether the payer types the amount; else the shop has asked for it. */
    get isTyped() {
        return this.amount.type !== "hidden";
    }

    /** Where it isn't known what became of the payment, another wallet's page sent it: this one can't ask. */
    sayLoadedAnew(known) {
        this.find("loaded-anew").textContent = sentenceOf({ kind: "old" });
        this.find("loaded-anew").hidden = !known;
        this.find("sent-before").hidden = known;
    }

    showUnknown(why) {
        this.find("unknown-why").textContent = why ? whatOf(why) : "";
        this.show("unknown");
    }

    write(sentence, code) {
        for (const each of this.querySelectorAll("[data-sentence]")) each.textContent = sentence;
        for (const each of this.querySelectorAll("[data-code]")) each.textContent = code;
    }

    find(name) {
        return this.querySelector(`[data-${name}]`);
    }

    listen() {
        document.addEventListener("click", (event) => this.dropSecondTap(event), { capture: true });
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.confirm();
        });
        this.form.addEventListener("input", () => this.draw());
        this.form.addEventListener("click", (event) => this.add(event.target.closest("button")?.dataset));
        // A request whose time is over: the server says so, unless a payment is under way.
        this.addEventListener("ended", () => this.dataset.state === "form" && location.reload());
        this.find("again").addEventListener("click", () => this.again());
        const sound = this.find("sound");
        sound.checked = localStorage.getItem(SOUND) !== "off";
        sound.addEventListener("change", () => localStorage.setItem(SOUND, sound.checked ? "on" : "off"));
        // "Back" to a page kept by the browser: what it shows may be over.
        addEventListener("pageshow", (event) => event.persisted && location.reload());
    }

    get won() {
        return Number(this.amount.value.replace(/\D/g, "").slice(0, 9));
    }

    get balance() {
        return Number(this.dataset.balance);
    }

    text(number) {
        return number < 0 ? `−${filled(this.dataset.won, -number)}` : filled(this.dataset.won, number);
    }

    add(pressed) {
        if (!pressed) return;
        if (pressed.add) this.amount.value = String(this.won + Number(pressed.add));
        else if ("all" in pressed) this.amount.value = String(this.balance);
        else if ("clear" in pressed) this.amount.value = "";
        else return;
        this.draw();
    }

    draw() {
        const won = this.won;
        this.drawAmount(won);
        const short = Math.max(won - this.balance, 0);
        this.find("after").textContent = short ? "–" : this.text(this.balance - won);
        this.find("short").hidden = !short;
        if (short) this.drawShort(won, short);
        const mayConfirm = !short && !this.keyMissing;
        for (const each of this.querySelectorAll("[data-confirm]")) each.hidden = short > 0;
        for (const each of this.querySelectorAll("[data-with-key]")) each.hidden = !mayConfirm;
        this.button.disabled = !won || !mayConfirm;
        this.plainText ??= this.button.textContent;
        this.button.textContent = won ? filled(this.dataset.payText, this.text(won)) : this.plainText;
    }

    /** As a number, and as it is said: Korean has words of its own; in English a typed one is said again as a sum. */
    drawAmount(won) {
        if (this.isTyped) this.amount.value = won ? won.toLocaleString("ko-KR") : "";
        const english = document.documentElement.lang === "en";
        const said = english ? this.isTyped && this.text(won) : `${reading(won)} 원`;
        this.find("reading").textContent = (won && said) || "";
    }

    drawShort(won, short) {
        const step = Number(this.dataset.step) || 1;
        const wanted = Math.ceil(short / step) * step;
        const next = `${this.dataset.here}?amount=${won}`;
        const link = this.find("short-link");
        // Both are said here, before the top-up's own page refuses it.
        const beyond = wanted > Number(this.dataset.most);
        this.find("short-of").textContent = this.text(short);
        this.find("short-limit").hidden = !beyond;
        link.hidden = beyond || Boolean(this.keyMissing);
        link.textContent = filled(this.dataset.topUpText, this.text(wanted));
        link.href = `${this.dataset.topUp}?${new URLSearchParams({ amount: String(wanted), for: "payment", next })}`;
    }

    async checkKey() {
        if (this.page.custody !== "browser") return;
        this.keyMissing = !(await keptKey(this.page.publicKey).catch(() => undefined));
        this.find("no-key").hidden = !this.keyMissing;
        this.draw();
    }

    confirm() {
        if (this.dataset.state !== "form" || this.button.disabled) return;
        if (this.pin && !PIN.test(this.pin.value)) {
            this.drawPinWrong("pin-wrong");
            this.find("pin-short").hidden = false;
            return;
        }
        if (this.pin) this.drawPinRight();
        const { id, payee, request } = this.dataset;
        const order = { id, payee, request, amount: this.won, pin: this.pin?.value };
        if (this.pin) this.pin.value = "";
        // Loaded anew, or come back to after signing in, the page has the amount again.
        history.replaceState(null, "", `${this.dataset.here}?${new URLSearchParams({ id, amount: String(order.amount) })}`);
        this.find("asked").textContent = this.text(order.amount);
        this.show("asking");
        this.unlockSound();
        this.conclude(pay(this.page, order, this.hooks));
    }

    /** The PIN's field is pointed at, with what is wrong with it; the page's title says that something is. */
    drawPinWrong(said) {
        this.pin.setAttribute("aria-invalid", "true");
        this.pin.setAttribute("aria-describedby", said);
        this.pin.focus();
        sayErrorInTitle(true);
    }

    drawPinRight() {
        this.pin.removeAttribute("aria-invalid");
        this.pin.removeAttribute("aria-describedby");
        this.find("pin-short").hidden = true;
    }

    async conclude(asked) {
        const slow = setTimeout(() => this.dataset.state === "asking" && this.show("slow"), SLOW_AFTER_MS);
        const answer = await asked;
        clearTimeout(slow);
        if (answer.kind === "done") this.done(answer.said);
        else if (answer.kind === "signed-out") this.signedOut();
        else if (answer.kind === "old") loadAnew({ known: answer.known });
        else await this.notDone(answer.said);
    }

    signedOut() {
        this.find("sign-in").search = `?${new URLSearchParams({ next: location.pathname + location.search })}`;
        this.show("signed-out");
    }

    /** The second tap of a double tap, when the payment was quicker: it would follow the link that now lies under it. */
    dropSecondTap(event) {
        if (event.detail > 1 && performance.now() - this.shownAt < SECOND_TAP_MS) {
            event.preventDefault();
            event.stopPropagation();
        }
    }

    show(state) {
        if (this.dataset.state === state) return;
        this.dataset.state = state;
        this.shownAt = performance.now();
        const asking = ["asking", "slow", "unknown", "signed-out"].includes(state);
        this.form.hidden = state !== "form";
        this.find("asking").hidden = !asking;
        this.find("done").hidden = state !== "done";
        this.find("not-done").hidden = state !== "not-done";
        for (const each of this.querySelectorAll("[data-when]")) each.hidden = each.dataset.when !== state;
        if (state !== "form") this.find("problem").hidden = true;
        const title = this.getAttribute(`data-h1-${state}`);
        const heading = this.find("h1");
        heading.textContent = title;
        document.title = document.title.replace(/^[^·]*/, `${title} `);
        sayErrorInTitle(state === "not-done");
        heading.focus({ preventScroll: state === "form" });
        if (state !== "form") scrollTo(0, 0);
    }

    done(said) {
        const receipt = `${this.dataset.receipts}${said.id}`;
        const paidAt = new Date(said.authorised_at);
        if (Date.now() - paidAt.getTime() > OLD_AFTER_MS) {
            location.replace(receipt); // paid before, from another tab or phone
            return;
        }
        this.find("paid").textContent = this.text(said.amount);
        this.find("receipt").href = receipt;
        this.find("paid-at").textContent = paidAt.toLocaleTimeString(document.documentElement.lang, { timeZone: "Asia/Seoul" });
        const shownAt = performance.now();
        const run = () => {
            this.find("paid-ago").textContent = filled(this.dataset.ago, Math.floor((performance.now() - shownAt) / 1000));
        };
        run();
        setInterval(run, 1000);
        history.replaceState(null, "", receipt);
        this.show("done");
        announce(`${this.find("shop").textContent} ${this.text(said.amount)}`);
        // What the full screen covers is not to be met by keyboard or screen reader either.
        for (const each of document.querySelectorAll(".skip, .top, .tabs, .foot")) each.inert = true;
        this.ring();
    }

    /** Browsers let a page sound only from a click: the confirming one. */
    async unlockSound() {
        this.chime.muted = true;
        await this.chime.play().catch(() => undefined);
        if (this.dataset.state === "done") return;
        this.chime.pause();
        this.chime.muted = false;
    }

    ring() {
        navigator.vibrate?.([120, 60, 120]);
        if (!this.find("sound").checked) return;
        this.chime.muted = false;
        this.chime.currentTime = 0;
        this.chime.play().catch(() => undefined); // no sound is no failure of the payment
    }

    async notDone(said) {
        const sentence = said.code === "payment_id_closed" ? this.neverArrived : whatOf({ kind: "refused", status: 0, said });
        this.write(sentence, said.code);
        this.find("again").hidden = FINAL.has(said.code);
        this.find("again-why").hidden = true;
        if (said.code === "pin_wrong" && (await this.again())) {
            this.find("problem").hidden = false;
            this.drawPinWrong("not-paid");
            return;
        }
        this.show("not-done");
    }

    /** A new try under a new id; the amount stays. */
    async again() {
        const answer = await ask("GET", `${this.dataset.next}?amount=${this.won}`);
        const place = this.find("again-why");
        place.hidden = answer.kind === "done";
        if (answer.kind !== "done") {
            sayWhy(place, answer, sentenceOf);
            return false;
        }
        this.dataset.id = answer.said.id;
        history.replaceState(null, "", answer.said.path);
        this.show("form");
        this.draw();
        (this.pin ?? this.button).focus();
        return true;
    }
}

customElements.define("pay-screen", PayScreen);
