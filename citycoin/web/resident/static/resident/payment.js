// One payment under one id: sent once, then asked for until it is known. Decides nothing; draws nothing.

import { PATIENCE_MS, ask } from "../pages/asking.js";

const ASK_AGAIN_AFTER_MS = [500, 1000, 2000, 3000, 5000];
const SENT = "payment-sent ";
const UNAVAILABLE = 503;
const UNANSWERED = "payment_unknown";
// By then a payment has arrived, or whoever sent it has given up; a little more, for it left after it was written down.
const ON_ITS_WAY_MS = PATIENCE_MS + 2000;

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
 * @typedef {{api: string, csrf: string, owner: string, receipts: string}} Wallet whose it is: a city and a person
 * @typedef {Wallet & {custody: string, publicKey: string}} Page
 * @typedef {{id: string, payee: string, amount: number, shop: string, shopNumber: string, request?: string, pin?: string, passkey?: object,
 *     unconfirmed?: true}} Order with a PIN, a passkey's yes or, where it is small, neither, where the city keeps the wallet's key
 * @typedef {{id: string, at: number, amount: number, shop: string, told?: boolean}} Sent at: in milliseconds since 1970, by this
 *     device's clock; told: its page was left, and the server asked to tell the end
 * @typedef {{unknown: (why?: NotDone) => void}} Hooks what is done each time that nobody knows yet, and why nobody does
 */

/** Whether this tab sent the payment and has not heard what became of it: also after a reload. @param {string} id */
export const isPending = (id) => sessionStorage.getItem(SENT + id) !== null;

/** @param {string} owner @param {string} id */
const keptUnder = (owner, id) => `${SENT}${owner} ${id}`;

/** What a wallet sent from this browser, and nobody has read the end of; the first sent first. @param {string} owner */
export function unread(owner) {
    const start = keptUnder(owner, "");
    const names = Object.keys(localStorage).filter((name) => name.startsWith(start));
    /** @type {Sent[]} */
    const sent = names.map((name) => ({ id: name.slice(start.length), ...JSON.parse(localStorage.getItem(name) ?? "{}") }));
    return sent.sort((one, other) => one.at - other.at);
}

/** Its end was read. @param {Wallet} page @param {string} id */
export function markRead(page, id) {
    wasHeard(page, id);
    localStorage.removeItem(keptUnder(page.owner, id));
}

/** A page says the end: the server needn't tell it any more. @param {Wallet} page @param {string} id */
export function wasHeard(page, id) {
    const sent = note(page.owner, id);
    if (!sent?.told) return;
    localStorage.setItem(keptUnder(page.owner, id), JSON.stringify({ ...sent, told: false }));
    ask("POST", `${page.receipts}${id}/heard`, { csrf: page.csrf, keepalive: true });
}

/** @param {string} owner @param {string} id @returns {Sent | null} */
const note = (owner, id) => JSON.parse(localStorage.getItem(keptUnder(owner, id)) ?? "null");

/**
 * Whoever leaves the page before it has said the end is told by the server, wherever they are then.
 *
 * @param {Page} page
 * @param {Order} order
 * @returns {() => void} what ends that
 */
function toldIfLeft(page, { id, amount, shopNumber }) {
    const left = () => {
        const sent = note(page.owner, id);
        if (document.visibilityState !== "hidden" || !sent) return;
        localStorage.setItem(keptUnder(page.owner, id), JSON.stringify({ ...sent, told: true }));
        ask("POST", `${page.receipts}${id}/awaited`, {
            csrf: page.csrf,
            form: { shop: shopNumber, amount: String(amount) },
            keepalive: true,
        });
    };
    document.addEventListener("visibilitychange", left);
    return () => document.removeEventListener("visibilitychange", left);
}

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
    const heard = toldIfLeft(page, order);
    try {
        return await sentAndKnown(page, order, hooks);
    } finally {
        heard();
    }
}

/**
 * @param {Page} page
 * @param {Order} order
 * @param {Hooks} hooks
 * @returns {Promise<Outcome>}
 */
async function sentAndKnown(page, order, hooks) {
    const { body, refused } = await authorised(page, order);
    const answer = refused ?? (await sending(page, order, body));
    if (answer.kind === "done") return settle(order.id, answer);
    // The form's token is asked for before anything else: this did nothing under the id, and the page drawn anew offers it again.
    if (answer.kind === "old") return settle(order.id, { kind: "old", known: true });
    return outcome(page, order.id, hooks, answer);
}

/**
 * The payment goes, and arrives though the page is closed meanwhile: the next page of the wallet says its end.
 *
 * @param {Page} page
 * @param {Order} order
 * @param {object} [body]
 */
function sending(page, { id, amount, shop }, body) {
    localStorage.setItem(keptUnder(page.owner, id), JSON.stringify({ at: Date.now(), amount, shop }));
    return ask("POST", `${page.api}payments`, { csrf: page.csrf, body, keepalive: true });
}

/**
 * What became of a payment that another page sent. While it may still be on its way it is only asked for, since closing its id
 * would stop it.
 *
 * @param {Wallet} page
 * @param {Sent} payment
 * @param {Hooks} hooks
 * @returns {Promise<Outcome>}
 */
export async function outcomeElsewhere(page, { id, at }, hooks) {
    for (let tries = 0; ; tries += 1) {
        const age = Date.now() - at;
        if (age < 0 || age > ON_ITS_WAY_MS) return outcome(page, id, hooks); // a clock set back says nothing
        const answer = await ask("GET", `${page.api}payments/${id}`);
        const known = answer.kind === "refused" && answer.said.code === UNANSWERED ? null : knownBy(answer);
        if (known) return known;
        hooks.unknown(answer.kind === "offline" || answer.kind === "broken" ? answer : undefined);
        await pause(ASK_AGAIN_AFTER_MS[Math.min(tries, ASK_AGAIN_AFTER_MS.length - 1)]);
    }
}

/**
 * What became of an id. One that never arrived is closed, so that "not done" stays true.
 *
 * @param {Wallet} page
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

/** What the payment is. @param {Order} order */
const factsOf = ({ id, payee, amount, request }) => ({ id, payee, amount, ...(request ? { request } : {}) });

/**
 * What a passkey is asked for, so that its yes is to this order and to no other.
 *
 * @param {Page} page
 * @param {Order} order
 */
export function askedForPasskey(page, order) {
    const { id, ...wanted } = factsOf(order);
    return ask("POST", `${page.api}payments/${id}/passkey`, { csrf: page.csrf, body: wanted });
}

/**
 * The body with its PIN or a passkey's yes, or with the signature that this browser's key makes over what the page shows; or why there is none.
 *
 * @param {Page} page
 * @param {Order} order
 * @returns {Promise<{body?: object, refused?: NotDone | Unsent}>}
 */
async function authorised(page, order) {
    const facts = factsOf(order);
    const { payee, amount, pin, passkey, unconfirmed } = order;
    if (page.custody === "city") return { body: { ...facts, ...(unconfirmed ? { unconfirmed } : passkey ? { passkey } : { pin }) } };
    const quote = await ask("POST", `${page.api}quotes`, { csrf: page.csrf, body: { payee, amount } });
    if (quote.kind !== "done") return { refused: quote };
    const { nonce, expires } = quote.said.message;
    const { keptKey, paymentBytes, signed } = await import("./device_key.js");
    const bytes = paymentBytes({ domainSeparator: quote.said.domain_separator, payee, amount, nonce, expires });
    try {
        const signature = await signed(await keptKey(page.publicKey), bytes);
        return { body: { ...facts, nonce, expires, signature, public_key: `0x${page.publicKey}` } };
    } catch {
        return { refused: { kind: "unsent" } }; // the key went away meanwhile: the id is closed
    }
}
