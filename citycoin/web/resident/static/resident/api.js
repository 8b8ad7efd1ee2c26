// Asks the public API as the page's session. An answer is ``done``, a ``problem`` with its code, or ``silence``: not known.

const SILENT_AFTER_MS = 8000;

/**
 * @typedef {{kind: "done", said: any} | {kind: "problem", status: number, said: any} | {kind: "silence"}} Answer
 *
 * @param {"GET" | "POST"} method
 * @param {string} url
 * @param {{csrf?: string, body?: object}} [options] with the form's token, which everything but GET needs
 * @returns {Promise<Answer>}
 */
export async function ask(method, url, { csrf, body } = {}) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), SILENT_AFTER_MS);
    try {
        /** @type {Record<string, string>} */
        const headers = { Accept: "application/json" };
        if (body) headers["Content-Type"] = "application/json";
        if (csrf) headers["X-CSRFToken"] = csrf;
        const answer = await fetch(url, {
            method,
            headers,
            body: body && JSON.stringify(body),
            credentials: "same-origin",
            cache: "no-store",
            signal: giveUp.signal,
        });
        const said = await answer.json();
        if (answer.ok) return { kind: "done", said };
        // What has no code of ours was said by something in between, or by a fault: it tells nothing.
        return said.code ? { kind: "problem", status: answer.status, said } : { kind: "silence" };
    } catch {
        return { kind: "silence" };
    } finally {
        clearTimeout(timer);
    }
}

/**
 * A problem's sentence in the page's language.
 *
 * @param {{ko: string, en: string}} said
 */
export const sentenceOf = (said) => (document.documentElement.lang === "en" ? said.en : said.ko);
