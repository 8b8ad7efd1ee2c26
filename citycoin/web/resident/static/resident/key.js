// Says whether the wallet's key is in this browser: only a script can know.

import { keptKey } from "./device_key.js";

/** ``<own-key data-key>``: shows its [data-here], or its [data-elsewhere] where this browser lacks the key of that public key.

    Until it has looked, and without scripts, its [data-unasked] stands. A field [name=key] in it names the key that is here. */
class OwnKey extends HTMLElement {
    async connectedCallback() {
        const { key } = this.dataset;
        if (!key) return; // not a wallet whose key is in a browser
        const isHere = Boolean(await keptKey(key).catch(() => undefined));
        for (const each of this.querySelectorAll("[data-unasked]")) each.hidden = true;
        for (const each of this.querySelectorAll("[data-here]")) each.hidden = !isHere;
        for (const each of this.querySelectorAll("[data-elsewhere]")) each.hidden = isHere;
        for (const each of this.querySelectorAll("[name=key]")) each.value = isHere ? key : "";
    }
}

customElements.define("own-key", OwnKey);
