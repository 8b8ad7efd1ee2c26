// Asks our server: the one place that does, for every script of every page. What was asked is done, or it ends in one of five
// ways, each with a sentence of its own: no answer came, the page is too old, the session is over, a refusal, a fault of ours.

const PATIENCE_MS = 8000;
const PROBLEM = "application/problem+json";
/** @type {Record<As, string>} */
const ACCEPT = { json: "application/json", html: "text/html", bytes: "*/*" };
/** @type {Record<As, (answer: Response) => Promise<any>>} */
const READ = { json: (answer) => answer.json(), html: (answer) => answer.text(), bytes: (answer) => answer.arrayBuffer() };
// The page's token isn't the session's any more: somebody signed in or out in another tab.
const OLD = new Set(["page_too_old", "form_token_missing"]);
// The session is over, or is somebody's who has no wallet here.
const SIGNED_OUT = new Set(["signed_out", "wallet_unknown"]);

/**
 * @typedef {"json" | "html" | "bytes"} As
 * @typedef {{kind: "done", said: any}} Done
 * @typedef {{kind: "refused", status: number, said: any}} Refused by a rule of ours: what was said has a code and a sentence
 * @typedef {{kind: "signed-out", said: any}} SignedOut
 * @typedef {{kind: "offline"} | {kind: "old"} | {kind: "broken"} | SignedOut | Refused} NotDone
 * @typedef {Done | NotDone} Answer
 */

/** What happened, and what to do about it. @type {Record<string, Record<string, [string, string]>>} */
const SENTENCES = {
    ko: {
        offline: ["연결이 끊겼어요.", "인터넷을 확인하고 다시 해 주세요."],
        old: ["페이지가 오래되어 새로 불러왔어요.", "다시 한번 해 주세요."],
        "signed-out": ["로그인이 끝났어요.", "다시 로그인해 주세요."],
        broken: ["우리 쪽에 문제가 생겼어요.", "잠시 뒤에 다시 해 주세요."],
    },
    en: {
        offline: ["The connection is lost.", "Please check it and try again."],
        old: ["The page was too old and has been loaded anew.", "Please try again."],
        "signed-out": ["You are signed out.", "Please sign in again."],
        broken: ["Something went wrong on our side.", "Please try again in a moment."],
    },
};
const KEPT_FOR_MS = 10 * 60_000; // as long as signing in may take; later it would only surprise
const SIGN_IN = { ko: "로그인하기", en: "Sign in" };

/** A question without the answer that a page needs. */
export class NotAnswered extends Error {
    /** @param {NotDone} end */
    constructor(end) {
        super(end.kind);
        this.end = end;
    }
}

/**
 * @typedef {{csrf?: string, body?: object, form?: Record<string, string>, as?: As, patienceMs?: number}} Options with the form's
 *     token, which everything but GET needs; a body goes as JSON, a form as a form
 *
 * @param {"GET" | "POST"} method
 * @param {string | URL} url
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export async function ask(method, url, options = {}) {
    const { as = "json", patienceMs = PATIENCE_MS } = options;
    try {
        const answer = await fetch(url, {
            method,
            ...sent(options),
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
    if (SIGNED_OUT.has(said.code)) return { kind: "signed-out", said };
    return said.code ? { kind: "refused", status: answer.status, said } : { kind: "broken" };
}

const language = () => (document.documentElement.lang === "en" ? "en" : "ko");

/** What happened, as a sentence in the page's language. @param {NotDone} end @returns {string} */
export const whatOf = (end) => (end.kind === "refused" ? end.said[language()] : SENTENCES[language()][end.kind][0]);

/** What happened, and what to do. @param {NotDone} end @returns {string} */
export const sentenceOf = (end) => (end.kind === "refused" ? whatOf(end) : SENTENCES[language()][end.kind].join(" "));

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
    link.textContent = SIGN_IN[language()];
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
