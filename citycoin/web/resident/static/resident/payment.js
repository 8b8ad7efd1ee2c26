// One payment under one id: sent once, then asked for until it is known. Decides nothing; draws nothing.

import { ask } from "../pages/asking.js";
import { keptKey, paymentBytes, signed } from "./device_key.js";

const ASK_AGAIN_AFTER_MS = [500, 1000, 2000, 3000, 5000];
const SENT = "payment-sent ";
const UNAVAILABLE = 503;

/**
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
const pause = (milliseconds) =>
    new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
    });

/**
 * @typedef {import("../pages/asking.js").NotDone} NotDone
 * @typedef {{kind: "done", said: any} | {kind: "not-done", said: any} | {kind: "signed-out"} | {kind: "old", known: boolean}} Outcome
 *     of a page too old: whether it is known that nothing was paid by it
 * @typedef {{kind: "unsent"}} Unsent
 * @typedef {{api: string, csrf: string, custody: string, publicKey: string}} Page
 * @typedef {{id: string, payee: string, amount: number, request?: string, pin?: string}} Order
 * @typedef {{unknown: (why?: NotDone) => void}} Hooks what is done each time that nobody knows yet, and why nobody does
 */

/** Whether this tab sent the payment and has not heard what became of it: also after a reload. @param {string} id */
export const isPending = (id) => sessionStorage.getItem(SENT + id) !== null;

/**
 * @template {Outcome} T
 * @param {string} id
 * @param {T} known
 */
const settle = (id, known) => {
    sessionStorage.removeItem(SENT + id);
    return known;
};

/**
 * Send the payment, and find out.
 *
 * @param {Page} page
 * @param {Order} order
 * @param {Hooks} hooks
 * @returns {Promise<Outcome>}
 */
export async function pay(page, order, hooks) {
    sessionStorage.setItem(SENT + order.id, "sent");
    const { body, refused } = await authorised(page, order);
    const answer = refused ?? (await ask("POST", `${page.api}payments`, { csrf: page.csrf, body }));
    if (answer.kind === "done") return settle(order.id, answer);
    // The form's token is asked for before anything else: this did nothing under the id, and the page drawn anew offers it again.
    if (answer.kind === "old") return settle(order.id, { kind: "old", known: true });
    return outcome(page, order.id, hooks, answer);
}

/**
 * What became of an id. One that never arrived is closed, so that "not done" stays true.
 *
 * @param {Page} page
 * @param {string} id
 * @param {Hooks} hooks
 * @param {NotDone | Unsent} [sent] how sending the payment itself ended
 * @returns {Promise<Outcome>}
 */
export async function outcome(page, id, hooks, sent) {
    if (!sent) hooks.unknown();
    else if (sent.kind === "offline" || sent.kind === "broken") hooks.unknown(sent);
    for (let tries = 0; ; tries += 1) {
        const answer = await ask("POST", `${page.api}payments/${id}/close`, { csrf: page.csrf });
        const known = knownBy(answer, sent);
        if (known) return known.kind === "done" || known.kind === "not-done" ? settle(id, known) : known;
        hooks.unknown(answer.kind === "offline" ? answer : { kind: "broken" });
        await pause(ASK_AGAIN_AFTER_MS[Math.min(tries, ASK_AGAIN_AFTER_MS.length - 1)]);
    }
}

/**
 * What the answer to closing an id says of it; null where it says nothing, and is to be asked for again.
 *
 * @param {import("../pages/asking.js").Answer} answer
 * @param {NotDone | Unsent} [sent]
 * @returns {Outcome | null}
 */
function knownBy(answer, sent) {
    if (answer.kind === "done") return answer;
    if (answer.kind === "signed-out") return { kind: "signed-out" };
    if (answer.kind === "old") return { kind: "old", known: false };
    if (answer.kind !== "refused" || answer.status === UNAVAILABLE) return null;
    return { kind: "not-done", said: (sent?.kind === "refused" ? sent : answer).said };
}

/**
 * The body with its PIN, or with the signature that this browser's key makes over what the page shows; or why there is none.
 *
 * @param {Page} page
 * @param {Order} order
 * @returns {Promise<{body?: object, refused?: NotDone | Unsent}>}
 */
async function authorised(page, { id, payee, amount, request, pin }) {
    const facts = { id, payee, amount, ...(request ? { request } : {}) };
    if (page.custody === "city") return { body: { ...facts, pin } };
    const quote = await ask("POST", `${page.api}quotes`, { csrf: page.csrf, body: { payee, amount } });
    if (quote.kind !== "done") return { refused: quote };
    const { nonce, expires } = quote.said.message;
    const bytes = paymentBytes({ domainSeparator: quote.said.domain_separator, payee, amount, nonce, expires });
    try {
        const signature = await signed(await keptKey(page.publicKey), bytes);
        return { body: { ...facts, nonce, expires, signature, public_key: `0x${page.publicKey}` } };
    } catch {
        return { refused: { kind: "unsent" } }; // the key went away meanwhile: the id is closed
    }
}
