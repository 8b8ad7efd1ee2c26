/* The live stream of a wallet's screens. It carries no facts: it says "look again", and the page asks the server.

   live({url, look, state}) opens the stream and calls
     look("look")  when there is news, and look("poll") every five seconds whatever the stream says;
                   the page fetches with ?why= that word, and its promise fails where the server didn't answer
     state("live" | "lost", end)  when that changes: lost is said after four seconds without a beat, at once when the stream
                   breaks or says that its worker is gone ("stale"), and when a look failed; ``end`` says how the look did
   It opens the stream again by itself. close() ends it. */

import { NotAnswered } from "./asking.js";

const SILENT_AFTER_MS = 4000;
const POLL_EACH_MS = 5000;
const OPEN_AGAIN_AFTER_MS = 1500;
const WATCH_EACH_MS = 500;

/**
 * @param {object} how
 * @param {string} how.url
 * @param {(why: "look" | "poll") => Promise<unknown>} how.look
 * @param {(now: "live" | "lost", end?: import("./asking.js").NotDone) => void} [how.state]
 */
export function live({ url, look, state = () => {} }) {
    let source = null;
    let openAgainAt = 0;
    let beatenAt = performance.now(); // the first beat has as long as any other
    let beating = false;
    /** @type {import("./asking.js").NotDone | undefined} of the last look, where it failed */
    let end;
    let said = "";

    const say = () => {
        const now = beating && !end ? "live" : "lost";
        const what = `${now} ${end?.kind ?? ""}`;
        const mayStillBeat = !said && !end && beatenAt >= performance.now() - SILENT_AFTER_MS;
        if (what === said || (now === "lost" && mayStillBeat)) return;
        said = what;
        state(now, end);
    };
    const beat = () => {
        beatenAt = performance.now();
        beating = true;
        say();
    };
    const silence = () => {
        beating = false;
        say();
    };

    // One look at a time: news during a look means one more look after it, so no older answer overtakes a newer.
    let looking = false;
    let again = "";
    const lookNow = async (why) => {
        if (looking) {
            again = again === "look" ? again : why;
            return;
        }
        looking = true;
        try {
            await look(why);
            end = undefined;
        } catch (failure) {
            end = failure instanceof NotAnswered ? failure.end : { kind: "broken" };
        }
        looking = false;
        say();
        if (again) {
            const next = again;
            again = "";
            lookNow(next);
        }
    };

    const open = () => {
        source = new EventSource(url, { withCredentials: true });
        source.addEventListener("beat", beat);
        source.addEventListener("look", () => lookNow("look"));
        source.addEventListener("stale", silence);
        source.addEventListener("error", () => {
            source?.close();
            source = null;
            openAgainAt = performance.now() + OPEN_AGAIN_AFTER_MS;
            if (beating) lookNow("poll"); // it may have ended because the session did: the look says which
            silence();
        });
    };
    const watch = () => {
        const now = performance.now();
        if (beating && now - beatenAt > SILENT_AFTER_MS) silence();
        if (!source && now >= openAgainAt) open();
        say();
    };
    const seenAgain = () => document.visibilityState === "visible" && lookNow("poll");

    open();
    const timers = [setInterval(watch, WATCH_EACH_MS), setInterval(() => lookNow("poll"), POLL_EACH_MS)];
    document.addEventListener("visibilitychange", seenAgain);
    const close = () => {
        timers.forEach(clearInterval);
        document.removeEventListener("visibilitychange", seenAgain);
        source?.close();
        source = null;
    };
    addEventListener("pagehide", () => source?.close());
    return { close, look: lookNow };
}

/**
 * A screen that watches has a copy for the time without a connection: this brings the city's service worker, which keeps it. The
 * page was loaded before the worker, and says which it is and of what it is made.
 *
 * @param {string} address
 */
export async function bringWorker(address) {
    const { ready, controller } = navigator.serviceWorker;
    await navigator.serviceWorker.register(address);
    if (controller) return;
    const files = performance.getEntriesByType("resource").map((each) => each.name);
    (await ready).active?.postMessage({ page: location.href, files });
}

/**
 * Draw a region anew while somebody's keyboard may be in it: the focus is afterwards on the link that it was on, found by its
 * address, or where that is gone on the one in its place.
 *
 * @param {Element} region
 * @param {() => void} draw
 */
export function drawAnew(region, draw) {
    const links = () => /** @type {HTMLElement[]} */ ([...region.querySelectorAll("[href]")]);
    const focused = document.activeElement;
    const place = links().findIndex((each) => each === focused);
    draw();
    if (place < 0) return;
    const there = links();
    const same = there.find((each) => each.getAttribute("href") === focused?.getAttribute("href"));
    (same ?? there[Math.min(place, there.length - 1)])?.focus({ preventScroll: Boolean(same) });
}
