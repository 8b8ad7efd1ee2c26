// The camera's page. What is read is sent to our server, which answers with a path of ours; it is never opened itself.

import { ask, inPagesLanguage, loadAnew, numberOf, sayWhy, sentenceOf, whatOf } from "../pages/asking.js";
import { decoder } from "./decoder.js";
import { sayErrorInTitle } from "./elements.js";

const LOOK_EACH_MS = 120;
const SAME_AGAIN_AFTER_MS = 4000;
const HARD_AFTER_MS = 7000;
const ERRORS = new Set(["problem", "no-qr", "unanswered"]);
const REAR = { video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };

class ScanScreen extends HTMLElement {
    async connectedCallback() {
        this.hidden = false;
        this.video = this.querySelector("video");
        this.addEventListener("click", (event) => this.pressed(/** @type {Element} */ (event.target).closest("button")?.dataset));
        this.find("picture").addEventListener("change", (event) => this.readPicture(event.target));
        document.addEventListener("visibilitychange", () => this.seen());
        addEventListener("pagehide", () => this.stop());
        addEventListener("pageshow", (event) => event.persisted && this.seen());
        const allowed = await navigator.permissions?.query({ name: "camera" }).catch(() => undefined);
        if (allowed?.state === "granted") this.open();
    }

    /** The decoder, which may be a megabyte: loaded with the first camera or picture, and again where it didn't come. */
    decoder() {
        this.decoding ??= decoder().catch(() => {
            this.decoding = undefined;
        });
        return this.decoding;
    }

    async read(picture) {
        const decode = await this.decoder();
        if (!decode) throw new Error("no decoder");
        return decode(picture).catch(() => "");
    }

    find(name) {
        return this.querySelector(`[data-${name}]`);
    }

    /** Whoever pressed a button that goes away finds the keyboard on what came in its place. */
    show(state) {
        const pressed = document.activeElement.closest("[data-when]");
        for (const each of this.querySelectorAll("[data-when]")) each.hidden = each.dataset.when !== state;
        if (pressed?.hidden) this.querySelector(`[data-when="${state}"] [data-first], [data-when="${state}"][data-first]`).focus();
    }

    /** One message at a time; none hides them all. */
    say(name) {
        for (const each of this.find("alert").children) each.hidden = each.dataset.said !== name;
        sayErrorInTitle(ERRORS.has(name));
    }

    pressed(button) {
        if (!button) return;
        if ("open" in button) this.open();
        else if ("close" in button) this.close();
        else if ("torch" in button) this.switchTorch();
    }

    async open() {
        this.wanted = true;
        if (this.stream || this.opening) return;
        this.opening = true;
        this.decoder(); // loads while the person is asked whether the camera may be used
        try {
            this.stream = await navigator.mediaDevices.getUserMedia(REAR);
        } catch (failure) {
            this.show(["NotAllowedError", "SecurityError"].includes(/** @type {Error} */ (failure).name) ? "denied" : "absent");
            return;
        } finally {
            this.opening = false;
        }
        this.video.srcObject = this.stream;
        this.show("running");
        this.drawTorch(false);
        await this.video.play().catch(() => undefined);
        this.hardAt = performance.now() + HARD_AFTER_MS;
        this.look();
    }

    close() {
        this.wanted = false;
        this.stop();
        this.show("intro");
    }

    stop() {
        clearTimeout(this.timer);
        for (const track of this.stream?.getTracks() ?? []) track.stop();
        this.stream = undefined;
        this.video.srcObject = null;
    }

    /** Out of sight the camera is let go; back in sight it is taken again. */
    seen() {
        if (document.visibilityState === "hidden") this.stop();
        else if (this.wanted) this.open();
    }

    drawTorch(on) {
        const torch = this.find("torch");
        torch.hidden = !this.stream.getVideoTracks()[0].getCapabilities?.().torch;
        torch.setAttribute("aria-pressed", String(on));
    }

    async switchTorch() {
        const on = this.find("torch").getAttribute("aria-pressed") !== "true";
        await this.stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
        this.drawTorch(on);
    }

    async look() {
        if (!this.stream) return;
        if (this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !this.checking) {
            const text = await this.read(this.video).catch(() => undefined);
            if (text === undefined) {
                this.close();
                this.sayUnanswered({ kind: "offline" }); // the decoder didn't come
                return;
            }
            if (text) await this.check(text);
            else if (performance.now() > this.hardAt && this.find("problem").hidden) this.say("hard");
        }
        this.timer = setTimeout(() => this.look(), LOOK_EACH_MS);
    }

    async readPicture(input) {
        const [file] = input.files;
        if (!file) return;
        const picture = await createImageBitmap(file).catch(() => undefined);
        const text = picture ? await this.read(picture).catch(() => undefined) : "";
        input.value = "";
        if (text === undefined) this.sayUnanswered({ kind: "offline" });
        else if (text) await this.check(text, { anew: true });
        else this.say("no-qr");
    }

    async check(text, { anew = false } = {}) {
        if (this.checking || (!anew && text === this.last && performance.now() < this.againAt)) return;
        this.checking = true;
        this.last = text;
        this.find("reading").hidden = false;
        const answer = await ask("POST", this.dataset.codes, { csrf: this.dataset.csrf, body: { text } });
        this.find("reading").hidden = true;
        this.againAt = performance.now() + SAME_AGAIN_AFTER_MS;
        this.hardAt = performance.now() + HARD_AFTER_MS;
        this.checking = false;
        this.follow(answer);
    }

    follow(answer) {
        if (answer.kind === "done" && answer.said.path.startsWith(this.dataset.path)) {
            this.stop();
            location.assign(answer.said.path);
        } else if (answer.kind === "refused") {
            this.refuse(answer);
        } else if (answer.kind === "old") {
            loadAnew();
        } else {
            this.sayUnanswered(answer.kind === "done" ? { kind: "broken" } : answer);
        }
    }

    sayUnanswered(end) {
        sayWhy(this.querySelector('[data-said="unanswered"]'), end, sentenceOf);
        this.say("unanswered");
    }

    refuse(refused) {
        const { said } = refused;
        const problem = this.find("problem");
        const { host, ko } = said.details;
        problem.querySelector("[data-sentence]").textContent = whatOf(refused);
        problem.querySelector("[data-code]").textContent = numberOf(said);
        const [hostLine, cityLine] = [problem.querySelector("[data-host]"), problem.querySelector("[data-city]")];
        hostLine.hidden = !host;
        hostLine.querySelector("code").textContent = host ?? "";
        cityLine.hidden = !ko;
        cityLine.dataset.text ??= cityLine.textContent;
        cityLine.textContent = cityLine.dataset.text.replace("#", inPagesLanguage(said.details));
        this.say("problem");
    }
}

customElements.define("scan-screen", ScanScreen);
