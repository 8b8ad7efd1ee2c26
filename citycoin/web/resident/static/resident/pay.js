// The payment's page: amount, confirmation, and the three answers: done, not done, not yet known.

import { AmountField } from "../pages/amount.js";
import { KOREAN, ask, loadAnew, numberOf, sayWhy, sentenceOf, taken, whatOf } from "../pages/asking.js";
import { reading } from "../pages/reading.js";
import { announce, filled, sayErrorInTitle } from "./elements.js";
import { askedForPasskey, isPending, markRead, outcome, pay } from "./payment.js";

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
            owner: this.dataset.owner,
            receipts: this.dataset.receipts,
            custody: this.dataset.custody,
            publicKey: this.dataset.publicKey,
        };
        const amount = this.form.querySelector("#amount");
        // Typed by the payer, where the shop hasn't asked for it.
        if (amount.type !== "hidden") this.typed = new AmountField(amount, this.find("amount-wrong"));
        else this.asked = Number(amount.value);
        this.pin = this.form.querySelector("#pin");
        this.sheet = this.find("sheet");
        this.button = this.find("pay");
        this.chime = new Audio(this.dataset.chime);
        this.chime.preload = "none"; // the press that asks for the PIN loads it
        // One of the payer's passkeys may confirm payments, and this browser knows what that is.
        this.byPasskey = "passkeys" in this.dataset && Boolean(globalThis.PublicKeyCredential);
        // Up to so many won the server is to let go without PIN or passkey; it decides when they are sent.
        this.unasked = Number(this.dataset.unasked ?? 0);
        this.hooks = { unknown: (why) => this.showUnknown(why) };
        this.listen();
        this.form.hidden = false;
        this.draw();
        this.checkKey();
        if (isPending(this.dataset.id)) this.conclude(outcome(this.page, this.dataset.id, this.hooks));
        else if (typed?.anew) this.sayLoadedAnew(typed.known);
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
        this.form.addEventListener("keydown", (event) => this.dropEnter(event));
        this.form.addEventListener("input", () => this.draw());
        this.form.addEventListener("whole", () => this.confirm());
        this.find("close")?.addEventListener("click", () => this.sheet.close());
        this.find("by-pin")?.addEventListener("click", () => this.askForPin());
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
        return this.typed ? this.typed.won : this.asked;
    }

    get balance() {
        return Number(this.dataset.balance);
    }

    get goesAtOnce() {
        return Boolean(this.pin) && this.won <= this.unasked;
    }

    text(number) {
        return number < 0 ? `−${filled(this.dataset.won, -number)}` : filled(this.dataset.won, number);
    }

    add(pressed) {
        if (!pressed) return;
        if (pressed.add) this.typed.write(String(this.won + Number(pressed.add)));
        else if ("all" in pressed) this.typed.write(this.balance ? String(this.balance) : "");
        else if ("clear" in pressed) this.typed.write("");
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
        this.drawSplit(short ? 0 : won);
        const mayConfirm = !short && !this.keyMissing;
        this.drawConfirm(short > 0);
        for (const each of this.querySelectorAll("[data-with-key]")) each.hidden = !mayConfirm;
        this.button.disabled = !won || !mayConfirm;
        this.drawAtOnce();
        this.plainText ??= this.button.textContent;
        this.button.textContent = won ? filled(this.dataset.payText, this.text(won)) : this.plainText;
    }

    /** Whether the button pays without asking is said beside it. */
    drawAtOnce() {
        const says = this.find("at-once");
        if (says) says.hidden = this.button.disabled || !this.goesAtOnce;
    }

    drawConfirm(hidden) {
        for (const each of this.querySelectorAll("[data-confirm]")) each.hidden = hidden;
        if (this.byPasskey) this.find("by-pin").hidden = hidden;
    }

    /** As it is said: Korean has words of its own; in other languages a typed one is said again as a sum. */
    drawAmount(won) {
        const said = KOREAN ? `${reading(won)} 원` : this.typed && this.text(won);
        this.find("reading").textContent = (won && said) || "";
        for (const each of this.querySelectorAll("[data-add]")) each.disabled = this.typed.isWrong;
    }

    /** Which won will go, the first to lapse first, as the page found them; the books decide, and the receipt says it. */
    drawSplit(won) {
        let left = won;
        for (const each of this.querySelectorAll("[data-lot]")) {
            const part = Math.min(Number(each.dataset.lot), left);
            left -= part;
            each.hidden = !part;
            each.querySelector("[data-taken]").textContent = this.text(part);
        }
        this.find("split").hidden = !won;
    }

    drawShort(won, short) {
        const step = Number(this.dataset.step) || 1;
        const wanted = Math.ceil(short / step) * step;
        const form = this.find("short-form");
        const button = this.find("short-button");
        // Both are said here, before the top-up refuses it.
        const beyond = wanted > Number(this.dataset.most);
        this.find("short-of").textContent = this.text(short);
        this.find("short-limit").hidden = !beyond;
        button.hidden = beyond || Boolean(this.keyMissing);
        button.textContent = filled(this.dataset.topUpText, this.text(wanted));
        form.elements.amount.value = String(wanted);
        form.elements.key.value = this.keyMissing ? "" : this.page.publicKey;
        form.elements.next.value = `${this.dataset.here}?amount=${won}`;
    }

    async checkKey() {
        if (this.page.custody !== "browser") return;
        const { keptKey } = await import("./device_key.js");
        this.keyMissing = !(await keptKey(this.page.publicKey).catch(() => undefined));
        this.find("no-key").hidden = !this.keyMissing;
        this.draw();
    }

    /**
     * The button pays what is small enough at once; else it asks for a passkey, or for the PIN in a sheet that says again whom and
     * how much. The PIN's sixth digit pays.
     */
    confirm() {
        if (this.dataset.state !== "form" || this.button.disabled || this.form.inert) return;
        if (this.goesAtOnce && !this.sheet.open) this.send({ ...this.order(), unconfirmed: true });
        else if (!this.pin || PIN.test(this.pin.value)) this.confirmByPin();
        else if (this.byPasskey && !this.sheet.open) this.confirmByPasskey();
        else this.askForPin();
    }

    /** By the PIN that was typed, or by the key in this browser. */
    confirmByPin() {
        this.drawPinRight();
        this.sheet?.close();
        const order = { ...this.order(), pin: this.pin?.value };
        if (this.pin) this.emptyPin();
        this.send(order);
    }

    /** What is confirmed. Loaded anew, or come back to after signing in, the page has the amount again. */
    order() {
        const { id, payee, request, shopNumber } = this.dataset;
        const amount = this.won;
        history.replaceState(null, "", `${this.dataset.here}?${new URLSearchParams({ id, amount: String(amount) })}`);
        return { id, payee, request, amount, shop: this.find("shop").textContent, shopNumber };
    }

    /** Nothing is sent before the passkey has said yes to this very order; meanwhile nothing of it can be changed. */
    async confirmByPasskey() {
        this.find("no-yes").hidden = true;
        this.unlockSound();
        const order = this.order();
        this.form.inert = true;
        const answer = await this.askedPasskey(order);
        this.form.inert = false;
        if (answer.kind === "done" && answer.said) this.send({ ...order, passkey: answer.said });
        else if (answer.kind === "old") loadAnew({ known: true });
        else this.drawNoYes(answer.kind === "done" ? undefined : answer);
    }

    /** The passkey's yes; null where the payer or their device did not say it. */
    async askedPasskey(order) {
        const asked = await askedForPasskey(this.page, order);
        if (asked.kind !== "done") return asked;
        try {
            const { yesTo } = await import("../pages/passkeys.js");
            return { kind: "done", said: await yesTo(asked.said) };
        } catch {
            return { kind: "offline" }; // the script itself did not come
        }
    }

    /** Why no passkey confirmed it: a question that ended otherwise; nothing where the payer or their device did not. */
    drawNoYes(end) {
        sayWhy(this.find("no-yes"), end, sentenceOf);
        this.find("no-yes").hidden = false;
        sayErrorInTitle(true);
        this.button.focus();
    }

    send(order) {
        this.find("asked").textContent = this.text(order.amount);
        this.show("asking");
        this.unlockSound();
        this.conclude(pay(this.page, order, this.hooks));
    }

    askForPin() {
        if (this.sheet.open) {
            this.find("pin-short").hidden = false;
            this.pin.setAttribute("aria-invalid", "true");
            this.pin.setAttribute("aria-describedby", "pin-wrong");
            sayErrorInTitle(true);
        } else {
            this.find("asked-again").textContent = this.text(this.won);
            this.sheet.showModal();
        }
        this.pin.focus();
    }

    /** The sheet again, with what is wrong with the PIN; the page's title says that something is. */
    drawPinWrong() {
        this.find("problem").hidden = false;
        this.sheet.showModal();
        this.pin.setAttribute("aria-invalid", "true");
        this.pin.setAttribute("aria-describedby", "not-paid");
        this.pin.focus();
        sayErrorInTitle(true);
    }

    /** More has gone unconfirmed meanwhile than this page knew: nothing is lost, and it is asked for as ever. */
    drawConfirmationNeeded(end) {
        const note = this.find("small"); // not there on a page drawn since
        if (note) note.hidden = true;
        if (this.byPasskey) {
            this.drawNoYes(end);
            return;
        }
        this.askForPin();
        this.find("problem").hidden = false;
        this.pin.setAttribute("aria-describedby", "not-paid");
        sayErrorInTitle(true);
    }

    drawPinRight() {
        if (!this.pin) return;
        this.find("problem").hidden = true;
        this.find("pin-short").hidden = true;
        sayErrorInTitle(false);
        this.pin.removeAttribute("aria-invalid");
        this.pin.setAttribute("aria-describedby", "pin-says");
    }

    emptyPin() {
        this.pin.value = "";
        this.pin.dispatchEvent(new Event("input", { bubbles: true }));
    }

    async conclude(asked) {
        const { id } = this.dataset;
        const since = performance.now();
        const clock = setInterval(() => this.drawWaited(performance.now() - since), 1000);
        const answer = await asked;
        clearInterval(clock);
        if (answer.kind === "done") this.done(answer.said);
        else if (answer.kind === "signed-out") this.signedOut();
        else if (answer.kind === "old") loadAnew({ known: answer.known });
        else await this.notDone(answer.said);
        // What this screen has said needs no other to say it.
        if (answer.kind === "not-done" || (answer.kind === "old" && answer.known) || this.dataset.state === "done") {
            markRead(this.page, id);
        }
    }

    /** How long nobody has answered, which says that this page still waits. */
    drawWaited(ms) {
        this.find("waited").textContent = filled(this.dataset.waited, Math.round(ms / 1000));
        if (ms >= SLOW_AFTER_MS && this.dataset.state === "asking") this.show("slow");
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

    /** Enter ends the typing of an amount. Where nothing else is asked it leads to the button, and does not press it. */
    dropEnter(event) {
        if (event.key !== "Enter" || event.target.id !== "amount" || this.button.disabled || !this.goesAtOnce) return;
        event.preventDefault();
        this.button.focus();
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
        if (state !== "form" && this.pin) this.find("problem").hidden = true;
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
        this.find("left").textContent = this.text(this.balance - said.amount);
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
        for (const each of document.querySelectorAll(".skip, .top, .foot, sent-payments")) each.inert = true;
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
        // Browsers complain on a page that nobody has touched, as one loaded anew after the press.
        if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([120, 60, 120]);
        if (!this.find("sound").checked) return;
        this.chime.muted = false;
        this.chime.currentTime = 0;
        this.chime.play().catch(() => undefined); // no sound is no failure of the payment
    }

    async notDone(said) {
        const sentence = said.code === "payment_id_closed" ? this.neverArrived : whatOf({ kind: "refused", status: 0, said });
        this.write(sentence, numberOf(said));
        this.find("again").hidden = FINAL.has(said.code);
        this.find("again-why").hidden = true;
        const end = { kind: "refused", status: 0, said };
        const drawWrong = {
            pin_wrong: () => this.drawPinWrong(),
            passkey_wrong: () => this.drawNoYes(end),
            confirmation_needed: () => this.drawConfirmationNeeded(end),
        };
        if (said.code === "confirmation_needed") this.unasked = 0;
        if (said.code in drawWrong && (await this.again())) {
            drawWrong[said.code]();
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
        this.button.focus();
        return true;
    }
}

customElements.define("pay-screen", PayScreen);
