// On every page of signing in, and of nobody signed in: what a wallet kept for the time without a connection is gone.

const forget = async () => {
    for (const name of (await globalThis.caches?.keys()) ?? []) {
        if (name.startsWith("copies ")) await caches.delete(name);
    }
};
forget();
