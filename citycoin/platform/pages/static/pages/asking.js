// Asks our server: the one place that does, for every script of every page. What was asked is done, or it ends in one of five
// ways, each with a sentence of its own: no answer came, the page is too old, the session is over, a refusal, a fault of ours.
// Also what scripts say by themselves: the page brings its sentences, and no other script names a language.

/** Korean has things of its own: how sums are read, and the counter's voice. */
export const KOREAN = document.documentElement.lang === "ko";

const pageWords = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** A sentence by its name in pages/domain/scripts.py. @param {string} name @returns {string} */
export const word = (name) => pageWords[name] ?? "";

/**
 * What was said in several languages, by their codes, in the page's; in English where that is missing.
 *
 * @param {Record<string, string>} said
 * @returns {string}
 */
export const inPagesLanguage = (said) => said[document.documentElement.lang] ?? said.en;

/** How long an answer is waited for; a later one is none. */
export const PATIENCE_MS = 8000;
const PROBLEM = "application/problem+json";
/** @type {Record<As, string>} */
const ACCEPT = { json: "application/json", html: "text/html", bytes: "*/*" };
/** @type {Record<As, (answer: Response) => Promise<any>>} */
const READ = { json: (answer) => answer.json(), html: (answer) => answer.text(), bytes: (answer) => answer.arrayBuffer() };
// The page's token isn't the session's any more: somebody signed in or out in another tab.
const OLD = new Set(["page_too_old", "form_token_missing"]);
const SIGNED_OUT = "signed_out";

/**
 * @typedef {"json" | "html" | "bytes"} As
 * @typedef {{kind: "done", said: any}} Done
 * @typedef {{kind: "refused", status: number, said: any}} Refused by a rule of ours: what was said has a code and a sentence
 * @typedef {{kind: "signed-out", said: any}} SignedOut
 * @typedef {{kind: "offline"} | {kind: "old"} | {kind: "broken"} | SignedOut | Refused} NotDone
 * @typedef {Done | NotDone} Answer
 */

const KEPT_FOR_MS = 10 * 60_000; // as long as signing in may take; later it would only surprise

/** A question without the answer that a page needs. */
export class NotAnswered extends Error {
    /** @param {NotDone} end */
    constructor(end) {
        super(end.kind);
        this.end = end;
    }
}

/**
 * @typedef {{csrf?: string, body?: object, form?: Record<string, string>, as?: As, patienceMs?: number, keepalive?: boolean}} Options
 *     with the form's token, which everything but GET needs; a body goes as JSON, a form as a form; keepalive: it goes on its way
 *     though the page is closed
 *
 * @param {"GET" | "POST"} method
 * @param {string | URL} url
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export async function ask(method, url, options = {}) {
    const { as = "json", patienceMs = PATIENCE_MS, keepalive = false } = options;
    try {
        const answer = await fetch(url, {
            method,
            ...sent(options),
            keepalive,
            credentials: "same-origin",
            cache: as === "bytes" ? "default" : "no-store",
            signal: AbortSignal.timeout(patienceMs),
        });
        return answer.ok ? { kind: "done", said: await READ[as](answer) } : await notDone(answer);
    } catch (failure) {
        // An answer that can't be read did come: a fault of ours, or of something in between.
        return { kind: failure instanceof SyntaxError ? "broken" : "offline" };
    }
}

/** @param {Options} options @returns {{headers: Record<string, string>, body?: BodyInit}} */
function sent({ csrf, body, form, as = "json" }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: `${ACCEPT[as]}, ${PROBLEM}` };
    if (csrf) headers["X-CSRFToken"] = csrf;
    if (form) return { headers, body: new URLSearchParams(form) };
    if (!body) return { headers };
    headers["Content-Type"] = "application/json";
    return { headers, body: JSON.stringify(body) };
}

/**
 * What has no code of ours was said by something in between, or by a fault: it tells nothing.
 *
 * @param {Response} answer
 * @returns {Promise<NotDone>}
 */
async function notDone(answer) {
    const said = answer.headers.get("Content-Type") === PROBLEM ? await answer.json() : {};
    if (OLD.has(said.code)) return { kind: "old" };
    if (said.code === SIGNED_OUT) return { kind: "signed-out", said };
    return said.code ? { kind: "refused", status: answer.status, said } : { kind: "broken" };
}

/** What happened, as a sentence in the page's language. @param {NotDone} end @returns {string} */
export const whatOf = (end) => (end.kind === "refused" ? inPagesLanguage(end.said) : word(end.kind));

/** What is read out to the call centre. @param {{number?: string, code: string}} said */
export const numberOf = (said) => said.number ?? said.code;

/** What happened, and what to do. @param {NotDone} end @returns {string} */
export const sentenceOf = (end) => (end.kind === "refused" ? whatOf(end) : `${word(end.kind)} ${word(`${end.kind}-do`)}`);

/**
 * Say in the place's [data-why] what happened, and show the way to sign in where that helps; what stands there is for no answer.
 *
 * @param {HTMLElement} place
 * @param {NotDone} [end]
 * @param {(end: NotDone) => string} [words]
 */
export function sayWhy(place, end, words = whatOf) {
    const why = place.querySelector("[data-why]");
    why.dataset.plain ??= why.textContent;
    const text = end ? words(end) : why.dataset.plain;
    if (why.textContent !== text) why.textContent = text;
    const link = place.querySelector("a[data-sign-in]");
    if (end?.kind !== "signed-out") link?.remove();
    else if (!link) place.append(" ", wayIn(end));
}

/** @param {SignedOut} end */
function wayIn({ said }) {
    const link = document.createElement("a");
    link.dataset.signIn = "";
    link.className = "button";
    link.textContent = word("sign-in");
    const back = new URLSearchParams({ next: location.pathname + location.search });
    link.href = `${said.details?.sign_in ?? "/sign-in"}?${back}`;
    return link;
}

const keptUnder = () => `typed ${location.pathname}`;

/** Keep what was typed for this page's next visit in this tab. @param {Record<string, any>} typed */
export const keep = (typed) => sessionStorage.setItem(keptUnder(), JSON.stringify({ ...typed, at: Date.now() }));

/** Load a page that is too old anew. @param {Record<string, any>} [typed] which its script finds again */
export function loadAnew(typed = {}) {
    keep({ ...typed, anew: true });
    location.reload();
}

/** What was kept, once; ``anew`` where the page was too old. @returns {Record<string, any> | null} */
export function taken() {
    const kept = JSON.parse(sessionStorage.getItem(keptUnder()) ?? "null");
    sessionStorage.removeItem(keptUnder());
    return kept && Date.now() - kept.at < KEPT_FOR_MS ? kept : null;
}
