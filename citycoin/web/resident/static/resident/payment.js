// One payment under one id: sent once, then asked for until it is known. Decides nothing; draws nothing.

import { ask } from "./api.js";
import { keptKey, paymentBytes, signed } from "./device_key.js";

const ASK_AGAIN_AFTER_MS = [500, 1000, 2000, 3000, 5000];
const SENT = "payment-sent ";

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
 * @typedef {{kind: "done", said: any} | {kind: "not-done", said: any} | {kind: "signed-out"}} Outcome
 * @typedef {{api: string, csrf: string, custody: string, publicKey: string}} Page
 * @typedef {{id: string, payee: string, amount: number, request?: string, pin?: string}} Order
 * @typedef {{unknown: () => void}} Hooks what is done each time that nobody knows yet
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
    return outcome(page, order.id, hooks, answer.kind === "problem" ? answer : undefined);
}

/**
 * What became of an id. One that never arrived is closed, so that "not done" stays true.
 *
 * @param {Page} page
 * @param {string} id
 * @param {Hooks} hooks
 * @param {{said: any}} [refusal] what the payment itself was answered with
 * @returns {Promise<Outcome>}
 */
export async function outcome(page, id, hooks, refusal) {
    if (!refusal) hooks.unknown();
    for (let tries = 0; ; tries += 1) {
        const answer = await ask("POST", `${page.api}payments/${id}/close`, { csrf: page.csrf });
        if (answer.kind === "done") return settle(id, answer);
        if (answer.kind === "problem") {
            if (answer.said.code === "wallet_unknown") return { kind: "signed-out" };
            if (answer.status !== 503) return settle(id, { kind: "not-done", said: (refusal ?? answer).said });
        }
        hooks.unknown();
        await pause(ASK_AGAIN_AFTER_MS[Math.min(tries, ASK_AGAIN_AFTER_MS.length - 1)]);
    }
}

/**
 * The body with its PIN, or with the signature that this browser's key makes over what the page shows; or why there is none.
 *
 * @param {Page} page
 * @param {Order} order
 * @returns {Promise<{body?: object, refused?: import("./api.js").Answer}>}
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
        return { refused: { kind: "silence" } }; // the key went away meanwhile: nothing is sent, and the id is closed
    }
}
