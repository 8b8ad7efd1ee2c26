// Has a page of a list ask for another of its pages, orders or filters in place: the address changes as by a link, so the state
// stays in it. After 0.3 s the rows are drawn as being read. Where no answer comes it says why above the rows, which stay, as the
// address does and what was typed, and offers to read again. What changes is data-listed, the rows in it data-rows; without this
// script the same links and forms lead to the same addresses.

import { ask, sentenceOf } from "./asking.js";

const SLOW_MS = 300; // sooner, a drawing that comes and goes is only flicker
const PATIENCE_MS = 20_000;
const region = /** @type {HTMLElement} */ (document.querySelector("[data-listed]"));
/** @param {string} part @returns {HTMLElement} */
const drawn = (part) => {
    const template = /** @type {HTMLTemplateElement} */ (region.querySelector(`template[data-list-${part}]`));
    return /** @type {HTMLElement} */ (template.content.firstElementChild.cloneNode(true));
};
let last = 0;

/** Read the list at this address. @param {URL} url @param {{push: boolean}} how */
async function read(url, { push }) {
    const turn = ++last;
    const slow = setTimeout(reading, SLOW_MS);
    const answer = await ask("GET", url, { as: "html", patienceMs: PATIENCE_MS });
    clearTimeout(slow);
    if (turn !== last) return; // somebody has pressed on
    if (answer.kind !== "done") {
        failed(sentenceOf(answer), () => void read(url, { push }));
        return;
    }
    const page = new DOMParser().parseFromString(answer.said, "text/html");
    const there = page.querySelector("[data-listed]");
    if (!there) {
        location.assign(url); // another page, as where signing in comes first
        return;
    }
    const pressed = namedBy(document.activeElement);
    if (push) history.pushState(null, "", url);
    document.title = page.title;
    region.removeAttribute("aria-busy");
    region.replaceChildren(...there.childNodes);
    const again = pressed && region.querySelector(pressed);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
    else region.focus({ preventScroll: true });
    const rows = region.querySelector("[data-rows]");
    if (rows && rows.getBoundingClientRect().top < 0) rows.scrollIntoView();
}

function reading() {
    region.setAttribute("aria-busy", "true");
    aboveRows(drawn("reading")).hidden = true;
}

/** @param {string} why @param {() => void} again */
function failed(why, again) {
    const place = drawn("failed");
    place.querySelector("[data-why]").textContent = why;
    place.querySelector("[data-again]").addEventListener("click", (event) => {
        event.preventDefault();
        again();
    });
    region.removeAttribute("aria-busy");
    aboveRows(place).hidden = false;
}

/** Put it above the rows, in place of what was put there before; the rows. @param {HTMLElement} drawing */
function aboveRows(drawing) {
    region.querySelector("[data-above]")?.remove();
    drawing.dataset.above = "";
    const rows = /** @type {HTMLElement} */ (region.querySelector("[data-rows]"));
    rows.before(drawing);
    return rows;
}

/** How what has the focus is found on the next page. @param {Element | null} element */
function namedBy(element) {
    if (!element || !region.contains(element)) return "";
    if (element.id) return `#${CSS.escape(element.id)}`;
    return element.getAttribute("rel") ? `[rel=${element.getAttribute("rel")}]` : "[aria-current=true]";
}

region.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!plain || !link?.getAttribute("href")?.startsWith("?") || link.hasAttribute("download")) return;
    event.preventDefault();
    void read(new URL(link.href), { push: true });
});
region.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method !== "get" || new URL(form.action).pathname !== location.pathname) return;
    event.preventDefault();
    const asked = /** @type {[string, string][]} */ ([...new FormData(form)]);
    void read(new URL(`?${new URLSearchParams(asked)}`, location.href), { push: true });
});
addEventListener("popstate", () => void read(new URL(location.href), { push: false }));
