// The wallet's reading pages: a region that the server draws again, a balance hidden where its owner wants it or read aloud, a
// receipt shared and printed.

import { NotAnswered, ask, sayWhy } from "../pages/asking.js";
import { bringWorker, drawAnew, live } from "../pages/live.js";
import { announce } from "./elements.js";

const ASK_AGAIN_MS = 5000;
// A copy from before the connection was lost; there is nothing to watch until the city answers again.
const isCopy = "offline" in document.documentElement.dataset;
if (isCopy) {
    setInterval(async () => {
        if ((await ask("GET", location.href, { as: "html" })).kind === "done") location.reload();
    }, ASK_AGAIN_MS);
}

/** ``<live-region>``: fetches its page again and shows its own part of it, when the stream says so or by the clock.

    ``data-live``: the stream's address. ``data-each-seconds``: without a stream, how often to look. */
class LiveRegion extends HTMLElement {
    connectedCallback() {
        this.served = this.innerHTML;
        if (isCopy) return;
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
        if (there.dataset.now) this.dataset.now = there.dataset.now;
        if (there.innerHTML !== this.served) this.show(there);
    }

    show(there) {
        this.served = there.innerHTML;
        const open = [...this.querySelectorAll("details")].map((each) => each.open);
        drawAnew(this, () => this.replaceChildren(...there.childNodes));
        this.querySelectorAll("details").forEach((each, place) => {
            each.open = open[place] ?? false;
        });
        const said = this.querySelector("[role=status]")?.textContent.replace(/\s+/g, " ").trim() ?? "";
        if (said && said !== this.said) announce(said);
        this.said = said;
        this.dispatchEvent(new CustomEvent("shown"));
    }
}

const COVERED = "balance-covered";
const cover = () => {
    const covered = localStorage.getItem(COVERED) === "yes";
    for (const shown of document.querySelectorAll("[data-shown]")) shown.hidden = covered;
    for (const hidden of document.querySelectorAll("[data-covered]")) hidden.hidden = !covered;
    for (const button of document.querySelectorAll("[data-cover]")) {
        button.hidden = false;
        button.textContent = covered ? button.dataset.showText : button.dataset.coverText;
    }
};
const speak = (text) => {
    const said = new SpeechSynthesisUtterance(text);
    said.lang = document.documentElement.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(said);
};
const canSpeak = () => {
    for (const each of document.querySelectorAll("[data-speak]")) each.hidden = !("speechSynthesis" in globalThis);
};
/** Where a browser gives no clipboard, the number can still be chosen whole by a press. */
const canCopy = () => {
    for (const each of document.querySelectorAll("[data-copy]")) each.hidden = !navigator.clipboard;
};
const copy = async (button) => {
    const { copy: text, copied, notCopied } = button.dataset;
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    announce(done ? copied : notCopied);
    if (done) button.textContent = copied;
};
document.addEventListener("click", async (event) => {
    const target = /** @type {Element} */ (event.target).closest("[data-cover], [data-copy], [data-speak], [data-share], [data-print]");
    if (!target) return;
    if ("cover" in target.dataset) {
        localStorage.setItem(COVERED, localStorage.getItem(COVERED) === "yes" ? "no" : "yes");
        cover();
    } else if ("copy" in target.dataset) {
        await copy(target);
    } else if ("speak" in target.dataset) {
        speak(target.dataset.speak);
    } else if ("print" in target.dataset) {
        print();
    } else if (navigator.share) {
        await navigator.share({ title: target.dataset.shareTitle, text: target.dataset.shareText }).catch(() => undefined);
    } else {
        await navigator.clipboard.writeText(target.dataset.shareText);
        target.textContent = target.dataset.copied;
        announce(target.dataset.copied);
    }
});
customElements.define("live-region", LiveRegion);
document.querySelector("live-region")?.addEventListener("shown", () => {
    cover();
    canSpeak();
    canCopy();
});
for (const each of document.querySelectorAll("[data-needs-script]")) each.hidden = false;
cover();
canSpeak();
canCopy();

const { worker: workerAt } = document.querySelector("[data-worker]")?.dataset ?? {};
if (workerAt && !isCopy && "serviceWorker" in navigator) {
    // A private window may refuse it; the wallet then has no copy, and nothing else less.
    addEventListener("load", () => bringWorker(workerAt).catch(() => undefined));
}

const INSTALL_HINT = "install-hint";
const hint = document.querySelector("[data-install]");
/** Shows the hint, with what fits the device: the browser's own question, or the steps of one that has none. */
const hintAt = (way) => {
    for (const each of ["asked", "ios", "menu", "now"]) {
        hint.querySelector(`[data-install-${each}]`).hidden = each !== way && !(each === "now" && way === "asked");
    }
    hint.hidden = false;
};
if (hint && !isCopy && localStorage.getItem(INSTALL_HINT) !== "no" && !matchMedia("(display-mode: standalone)").matches) {
    // Only Safari on iOS has it, and says by it whether the page was opened from the home screen.
    const { standalone } = /** @type {any} */ (navigator);
    if (standalone !== true) hintAt(standalone === false ? "ios" : "menu");
    addEventListener("beforeinstallprompt", (event) => {
        event.preventDefault();
        hintAt("asked");
        hint.querySelector("[data-install-now]").onclick = () => {
            /** @type {any} */ (event).prompt();
            hint.hidden = true;
        };
    });
    hint.querySelector("[data-install-no]").addEventListener("click", () => {
        localStorage.setItem(INSTALL_HINT, "no");
        hint.hidden = true;
    });
}
