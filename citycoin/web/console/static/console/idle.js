// A session that rests ends; a minute before, the page says so and offers to stay. What was typed is kept in this tab.

import { ask, sayWhy, sentenceOf } from "../pages/asking.js";

const WARNED_BEFORE_MS = 60_000;
const notice = document.getElementById("idle");
let warning;

function restart() {
    clearTimeout(warning);
    notice.hidden = true;
    warning = setTimeout(() => { notice.hidden = false; }, Number(notice.dataset.seconds) * 1000 - WARNED_BEFORE_MS);
}

notice.querySelector("button").addEventListener("click", async () => {
    const answer = await ask("GET", notice.dataset.ask, { as: "html" });
    const why = notice.querySelector("[data-lost]");
    why.hidden = answer.kind === "done";
    if (answer.kind === "done") restart();
    else if (answer.kind === "signed-out") location.reload(); // to the sign-in, and back to what was typed
    else sayWhy(why, answer, sentenceOf);
});

function keepDraft(form) {
    const name = `draft ${location.pathname} ${form.dataset.draft}`;
    const fields = () => [...form.elements].filter((field) => field.name && !["hidden", "submit"].includes(field.type));
    const kept = JSON.parse(sessionStorage.getItem(name) ?? "{}");
    for (const field of fields()) if (!field.value && kept[field.name]) field.value = kept[field.name];
    form.addEventListener("input", () => {
        sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(fields().map((field) => [field.name, field.value]))));
    });
    form.addEventListener("submit", () => sessionStorage.removeItem(name));
}

for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form);
restart();
