// Asks how far a decision is, and loads the page anew when it has got further.

import { ask, sayWhy } from "../pages/asking.js";

const EVERY_MS = 2000;
const place = document.querySelector("[data-follow]");
const lost = document.querySelector("[data-follow-lost]");

async function look() {
    const answer = await ask("GET", place.dataset.follow);
    if (answer.kind === "done" && answer.said.state !== place.dataset.state) {
        location.reload();
        return;
    }
    lost.hidden = answer.kind === "done";
    if (answer.kind !== "done") sayWhy(lost, answer);
    setTimeout(look, EVERY_MS);
}

if (place) setTimeout(look, EVERY_MS);
