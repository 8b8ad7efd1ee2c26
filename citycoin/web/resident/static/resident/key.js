// Says whether the wallet's key is in this browser.

import { keptKey } from "./device_key.js";

const shown = document.querySelector("[data-key]");
if (shown) {
    const key = await keptKey(shown.dataset.key).catch(() => undefined);
    shown.querySelector("[data-here]").hidden = !key;
    shown.querySelector("[data-elsewhere]").hidden = Boolean(key);
}
