// Small elements that several pages have: a countdown, and a region that the server draws again.

import { NotAnswered, ask, sayWhy } from "../pages/asking.js";
import { live } from "../pages/live.js";

let speaker;

/** Say a sentence to a screen reader, politely. */
export function announce(text) {
    if (!speaker) {
        speaker = document.createElement("p");
        speaker.className = "unseen";
        speaker.setAttribute("aria-live", "polite");
        document.body.append(speaker);
    }
    speaker.textContent = text;
}

/** Whether something is wrong, at the front of the page's title: a screen reader says it first. */
export function sayErrorInTitle(wrong) {
    const plain = document.title.replace(/^(오류|Error): /, "");
    const said = document.documentElement.lang === "en" ? "Error: " : "오류: ";
    document.title = wrong ? said + plain : plain;
}

/** ``#`` in a text of the page filled in; a number is written as people read it. */
export const filled = (text, number) => text.replace("#", typeof number === "number" ? number.toLocaleString("ko-KR") : number);

/** ``<count-down data-seconds data-say-at data-say>``: minutes and seconds left, by this device's clock. */
class CountDown extends HTMLElement {
    connectedCallback() {
        this.endsAt = performance.now() + Number(this.dataset.seconds) * 1000;
        this.setAttribute("role", "timer");
        this.setAttribute("aria-live", "off");
        this.timer = setInterval(() => this.tick(), 500);
        this.tick();
    }

    disconnectedCallback() {
        clearInterval(this.timer);
    }

    tick() {
        const left = Math.max(Math.ceil((this.endsAt - performance.now()) / 1000), 0);
        const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        if (this.textContent !== text) this.textContent = text;
        if (this.dataset.say && !this.said && left > 0 && left <= Number(this.dataset.sayAt)) {
            this.said = true;
            announce(this.dataset.say);
        }
        if (left > 0) return;
        clearInterval(this.timer);
        this.dispatchEvent(new CustomEvent("ended", { bubbles: true }));
    }
}

/** ``<live-region>``: fetches its page again and shows its own part of it, when the stream says so or by the clock.

    ``data-live``: the stream's address. ``data-each-seconds``: without a stream, how often to look. */
class LiveRegion extends HTMLElement {
    connectedCallback() {
        this.served = this.innerHTML;
        if (this.dataset.live) {
            this.stream = live({ url: this.dataset.live, look: (why) => this.look(why), state: (now, end) => this.draw(now, end) });
        } else {
            this.waitAndLook();
        }
    }

    disconnectedCallback() {
        this.stream?.close();
        clearTimeout(this.timer);
    }

    draw(now, end) {
        const lost = document.querySelector("[data-lost]");
        lost.hidden = now === "live";
        sayWhy(lost, end);
    }

    waitAndLook() {
        const seconds = Number(this.dataset.eachSeconds);
        if (!seconds) return;
        this.timer = setTimeout(async () => {
            if (document.visibilityState === "visible") await this.lookAndSay();
            this.waitAndLook();
        }, seconds * 1000);
    }

    async lookAndSay() {
        try {
            await this.look("poll");
            this.draw("live");
        } catch (failure) {
            this.draw("lost", failure instanceof NotAnswered ? failure.end : { kind: "broken" });
        }
    }

    async look(why) {
        const address = new URL(location.href);
        address.searchParams.set("why", why);
        const answer = await ask("GET", address, { as: "html" });
        if (answer.kind !== "done") throw new NotAnswered(answer);
        const there = new DOMParser().parseFromString(answer.said, "text/html").querySelector("live-region");
        if (!there) throw new NotAnswered({ kind: "broken" }); // another page was answered
        if (there.dataset.eachSeconds) this.dataset.eachSeconds = there.dataset.eachSeconds;
        else delete this.dataset.eachSeconds;
        if (there.innerHTML !== this.served) this.show(there);
    }

    show(there) {
        this.served = there.innerHTML;
        const focused = this.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        const open = [...this.querySelectorAll("details")].map((each) => each.open);
        this.replaceChildren(...there.childNodes);
        this.querySelectorAll("details").forEach((each, place) => {
            each.open = open[place] ?? false;
        });
        if (focused) this.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
        const said = this.querySelector("[role=status]")?.textContent.replace(/\s+/g, " ").trim() ?? "";
        if (said && said !== this.said) announce(said);
        this.said = said;
        this.dispatchEvent(new CustomEvent("shown"));
    }
}

customElements.define("count-down", CountDown);
customElements.define("live-region", LiveRegion);
