// A city's service worker: without a connection it shows the last copy of a wallet's home and history, and their time, and of a
// counter, which then has its fixed code.
//
// The server names what may be kept, and whose it is, by the header Offline-Copy. Everything else is asked of the network
// alone: the API, payments, top-ups, whatever is sent, every other page of shops, those of officials. It is served at /<city>/sw.js.

{
    /** @type {any} */
    const worker = self;
    const CITY = new URL("./", location.href).pathname;
    const HOME = `${CITY}wallet/`;
    const HISTORY = `${HOME}history`;
    // What stands in the place of the history: its last entries, of whatever month.
    const RECENT = `${HISTORY}/recent`;
    const OF_A_WALLET = new RegExp(`^${CITY}(wallet/|top-up|scan$|pay/)`);
    const COUNTER = new RegExp(`^${CITY}shops/[0-9]+/counter$`);
    // What never says anything else under the same address.
    const FOR_GOOD = new RegExp(`^(/static/|${CITY}face/)`);
    const KINDS = new Set(["image", "script", "style"]);
    const OWNER = "Offline-Copy";
    // pages/forget.js empties whatever begins like this.
    const COPIES = `copies ${CITY}`;
    const COUNTERS = `copies ${CITY}counters`;
    const FILES = "files";
    const MOST_FILES = 100;

    const keep = async (address, answer, name = COPIES) => {
        const { pathname } = new URL(address);
        const owner = answer.headers.get(OWNER);
        if (!owner) {
            // Home and a counter lead elsewhere, or nowhere, once nobody is signed in there.
            const over = pathname === HOME ? answer.redirected || answer.type === "opaqueredirect" : name === COUNTERS;
            if (over) await caches.delete(name);
            return;
        }
        const text = await answer.text();
        const copies = await caches.open(name);
        for (const each of await copies.keys()) {
            if ((await copies.match(each)).headers.get(OWNER) !== owner) await copies.delete(each);
        }
        await copies.put(address, new Response(text, { headers: answer.headers }));
    };

    /** What was opened: home with the last entries, which are as new as home is; a counter, whatever code it shows. */
    const keepOpened = async (address, answer) => {
        const { origin, pathname } = new URL(address);
        if (COUNTER.test(pathname)) {
            await keep(origin + pathname, answer, COUNTERS);
            return;
        }
        await keep(address, answer);
        if (pathname !== HOME || !answer.headers.get(OWNER)) return;
        const recent = new URL(RECENT, location.href).href;
        await keep(recent, await fetch(recent));
    };

    /** The copy as a page that says so; in the place of any other page of the wallet stands home, which then refuses. */
    const copyOf = async (address) => {
        const { origin, pathname } = new URL(address);
        const isCounter = COUNTER.test(pathname);
        const copies = await caches.open(isCounter ? COUNTERS : COPIES);
        const same = await copies.match(isCounter ? origin + pathname : pathname === HISTORY ? origin + RECENT : address);
        const shown = same ?? (await copies.match(origin + HOME));
        if (!shown) return Response.error();
        const text = (await shown.text()).replace("<html", `<html data-offline="${same ? "copy" : "refused"}"`);
        return new Response(text, { headers: shown.headers });
    };

    const page = async (event) => {
        let answer;
        try {
            answer = await fetch(event.request);
        } catch {
            return copyOf(event.request.url);
        }
        event.waitUntil(keepOpened(event.request.url, answer.clone()));
        return answer;
    };

    const file = async (request) => {
        const files = await caches.open(FILES);
        const kept = await files.match(request);
        if (kept) return kept;
        const answer = await fetch(request);
        if (answer.status === 200) {
            await files.put(request, answer.clone());
            for (const old of (await files.keys()).slice(0, -MOST_FILES)) await files.delete(old);
        }
        return answer;
    };

    worker.addEventListener("install", () => worker.skipWaiting());
    worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
    // The page that brought the worker was loaded before it: it says which it is and what it is made of.
    worker.addEventListener("message", (event) => {
        const files = event.data.files.filter((each) => each.startsWith(location.origin) && FOR_GOOD.test(new URL(each).pathname));
        const opened = fetch(event.data.page).then((answer) => keepOpened(event.data.page, answer));
        event.waitUntil(Promise.all([opened, ...files.map((each) => file(new Request(each)))]));
    });
    worker.addEventListener("fetch", (event) => {
        const { request } = event;
        const { origin, pathname } = new URL(request.url);
        if (request.method !== "GET" || origin !== location.origin) return;
        if (request.mode === "navigate" && (OF_A_WALLET.test(pathname) || COUNTER.test(pathname))) event.respondWith(page(event));
        else if (KINDS.has(request.destination) && FOR_GOOD.test(pathname)) event.respondWith(file(request));
    });
}
