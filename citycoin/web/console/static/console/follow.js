// Asks how far a decision is, and loads the page anew when it has got further.

const EVERY_MS = 2000;
const place = document.querySelector("[data-follow]");

async function ask() {
    try {
        const answer = await fetch(place.dataset.follow, { headers: { Accept: "application/json" }, redirect: "error" });
        if (answer.ok && (await answer.json()).state !== place.dataset.state) return location.reload();
    } catch {
        // The next round asks again; the page goes on saying that it waits.
    }
    setTimeout(ask, EVERY_MS);
}

if (place) setTimeout(ask, EVERY_MS);
