/* Says "팔천 원 결제됐어요" from shipped clips, after a chime. Browsers let a page sound only after a press on it. */

import { ask } from "../pages/asking.js";
import { reading } from "../pages/reading.js";

// Each address in one piece, since collectstatic puts the file's hash in.
const CLIPS = {
    일: new URL("./sounds/1.mp3", import.meta.url),
    이: new URL("./sounds/2.mp3", import.meta.url),
    삼: new URL("./sounds/3.mp3", import.meta.url),
    사: new URL("./sounds/4.mp3", import.meta.url),
    오: new URL("./sounds/5.mp3", import.meta.url),
    육: new URL("./sounds/6.mp3", import.meta.url),
    칠: new URL("./sounds/7.mp3", import.meta.url),
    팔: new URL("./sounds/8.mp3", import.meta.url),
    구: new URL("./sounds/9.mp3", import.meta.url),
    십: new URL("./sounds/ten.mp3", import.meta.url),
    백: new URL("./sounds/hundred.mp3", import.meta.url),
    천: new URL("./sounds/thousand.mp3", import.meta.url),
    만: new URL("./sounds/man.mp3", import.meta.url),
    억: new URL("./sounds/eok.mp3", import.meta.url),
    조: new URL("./sounds/jo.mp3", import.meta.url),
    원: new URL("./sounds/won.mp3", import.meta.url),
    결제됐어요: new URL("./sounds/paid.mp3", import.meta.url),
};
const LOUDNESS = 2; // above what the clips have; the compressor keeps it from breaking
const OVERLAP_SECONDS = 0.06; // syllables of one number follow closely
const PAUSE_SECONDS = 0.12;
const LATEST_SECONDS = 8;

export class Voice {
    /** `chime`: the URL of a sound; `speaks`: whether words follow the chime. */
    constructor({ chime, speaks, changed }) {
        this.urls = new Map([["chime", chime]]);
        if (speaks) for (const [word, url] of Object.entries(CLIPS)) this.urls.set(word, url.href);
        this.speaks = speaks;
        this.changed = changed;
        this.sounds = new Map();
        this.busyUntil = 0;
    }

    get isOn() {
        return this.context?.state === "running" && this.sounds.size === this.urls.size;
    }

    /** Call it from a press. @returns {Promise<import("../pages/asking.js").NotDone | undefined>} why a sound didn't come */
    async turnOn() {
        if (!this.context) {
            this.context = new AudioContext();
            this.context.addEventListener("statechange", this.changed);
            const louder = new GainNode(this.context, { gain: LOUDNESS });
            this.out = louder;
            louder.connect(new DynamicsCompressorNode(this.context)).connect(this.context.destination);
        }
        await this.context.resume();
        const ends = await Promise.all([...this.urls].map(([word, url]) => this.fetchSound(word, url)));
        this.changed();
        return ends.find(Boolean);
    }

    /** @returns {Promise<import("../pages/asking.js").NotDone | undefined>} */
    async fetchSound(word, url) {
        if (this.sounds.has(word)) return undefined;
        const answer = await ask("GET", url, { as: "bytes" });
        if (answer.kind !== "done") return answer;
        const sound = await this.context.decodeAudioData(answer.said).catch(() => undefined);
        if (!sound) return { kind: "broken" };
        this.sounds.set(word, sound);
        return undefined;
    }

    /** The chime, and where it speaks the amount; after whatever is being said. */
    sayPaid(amount) {
        const end = this.play("chime", this.start(), PAUSE_SECONDS);
        const late = end - this.context.currentTime > LATEST_SECONDS; // of many at once, the later only chime
        this.busyUntil = this.speaks && !late ? this.sayAmount(amount, end) : end;
    }

    chime() {
        this.busyUntil = this.play("chime", this.start(), 0);
    }

    start() {
        return Math.max(this.context.currentTime, this.busyUntil);
    }

    sayAmount(amount, from) {
        let at = from;
        for (const group of reading(amount).split(" ")) {
            for (const syllable of group) at = this.play(syllable, at, -OVERLAP_SECONDS);
            at += PAUSE_SECONDS;
        }
        return this.play("결제됐어요", this.play("원", at, PAUSE_SECONDS), PAUSE_SECONDS);
    }

    /** Play a clip at a moment of the context; returns when the next may begin. */
    play(word, at, gap) {
        const sound = this.sounds.get(word);
        if (!sound) return at;
        const source = new AudioBufferSourceNode(this.context, { buffer: sound });
        source.connect(this.out);
        source.start(at);
        return at + sound.duration + gap;
    }
}
