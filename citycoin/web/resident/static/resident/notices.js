// The inbox: what was shown is read. What is new stays marked until the page is opened again.

import { ask } from "../pages/asking.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-read]"));

async function markRead() {
    const { csrfmiddlewaretoken: csrf, newest } = Object.fromEntries(new FormData(form));
    const answer = await ask("POST", form.action, { csrf: String(csrf), form: { newest: String(newest) } });
    // Where that failed the button stays, which does the same.
    if (answer.kind !== "done") return;
    form.hidden = true;
    for (const each of document.querySelectorAll(".bell .count, .bell .count + .unseen")) each.remove();
}

// A page that is drawn ahead, or behind another tab, was not read yet.
if (document.visibilityState === "visible") markRead();
else document.addEventListener("visibilitychange", markRead, { once: true });
