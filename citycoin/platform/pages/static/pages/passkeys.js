// Passkeys: asks the browser to make one or to say yes by one, as our server wants it. What a yes is worth, the server decides.

import { ask, loadAnew, sayWhy, sentenceOf, taken } from "./asking.js";

/** @typedef {import("./asking.js").Answer} Answer */

/** @param {string} text in base64url @returns {Uint8Array<ArrayBuffer>} */
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

/** @param {ArrayBuffer} bytes @returns {string} in base64url */
const textOf = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replaceAll("=", "");

/** @param {{id: string}} each */
const described = (each) => ({ ...each, id: bytesOf(each.id) });

/** Whether this browser knows passkeys at all. */
const knowsPasskeys = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials);

/** Whether this very device could keep one, and knows its person by face, finger or screen lock. */
const keepsPasskeys = async () => knowsPasskeys() && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());

/**
 * The yes of a passkey to the server's options; null where the person, or their device, did not say yes.
 *
 * @param {any} options
 * @returns {Promise<object | null>}
 */
export async function yesTo(options) {
    const publicKey = { ...options, challenge: bytesOf(options.challenge), allowCredentials: (options.allowCredentials ?? []).map(described) };
    try {
        const { id, response } = /** @type {any} */ (await navigator.credentials.get({ publicKey }));
        return {
            id,
            client_data: textOf(response.clientDataJSON),
            authenticator_data: textOf(response.authenticatorData),
            signature: textOf(response.signature),
            ...(response.userHandle ? { user_handle: textOf(response.userHandle) } : {}),
        };
    } catch {
        return null;
    }
}

/**
 * A new passkey, made for the server's options. Throws what the browser throws.
 *
 * @param {any} options
 */
async function made(options) {
    const publicKey = {
        ...options,
        challenge: bytesOf(options.challenge),
        user: described(options.user),
        excludeCredentials: (options.excludeCredentials ?? []).map(described),
    };
    const { id, response } = /** @type {any} */ (await navigator.credentials.create({ publicKey }));
    return {
        id,
        client_data: textOf(response.clientDataJSON),
        attestation: textOf(response.attestationObject),
        transports: response.getTransports?.() ?? [],
    };
}

/** What both have: a button, a place that says what went wrong, and one press at a time. */
class PasskeyButton extends HTMLElement {
    connectedCallback() {
        if (!knowsPasskeys()) return;
        this.button = this.querySelector("[data-press]");
        this.wrong = this.querySelector("[data-wrong]");
        this.button.addEventListener("click", () => this.pressed());
        this.hidden = false;
    }

    async pressed() {
        this.wrong.hidden = true;
        this.button.disabled = true;
        const end = await this.done();
        this.button.disabled = false;
        if (end?.kind === "done") return;
        if (end?.kind === "old") {
            loadAnew(this.typed());
            return;
        }
        sayWhy(this.wrong, end ?? undefined, sentenceOf);
        this.wrong.hidden = false;
        this.button.focus();
    }

    /** How it ended; null where the person, or their device, did not say yes. @returns {Promise<Answer | null>} */
    done() {
        return Promise.resolve(null);
    }

    /** What is typed on the page and is to be there again when it was too old and has been loaded anew. */
    typed() {
        return {};
    }

    /** @param {object} [body] */
    ask(url, body) {
        return ask("POST", url, { csrf: this.dataset.csrf, body });
    }
}

/** ``<passkey-sign-in data-csrf data-challenge data-send>``: signs in whoever keeps a passkey in this browser. */
class PasskeySignIn extends PasskeyButton {
    connectedCallback() {
        super.connectedCallback();
        const phone = document.querySelector("#phone");
        const kept = taken();
        if (phone && kept?.phone) phone.value = kept.phone;
    }

    typed() {
        return { phone: document.querySelector("#phone")?.value };
    }

    /** @returns {Promise<Answer | null>} */
    async done() {
        const asked = await this.ask(this.dataset.challenge);
        if (asked.kind !== "done") return asked;
        const passkey = await yesTo(asked.said);
        if (!passkey) return null;
        const answer = await this.ask(this.dataset.send, { passkey });
        if (answer.kind === "done") location.assign(answer.said.next);
        return answer;
    }
}

/** ``<passkey-add data-csrf data-challenge data-send data-next>``: makes one of the person who is signed in. */
class PasskeyAdd extends PasskeyButton {
    /** @returns {Promise<Answer | null>} */
    async done() {
        const there = this.querySelector("[data-there]");
        there.hidden = true;
        const asked = await this.ask(this.dataset.challenge);
        if (asked.kind !== "done") return asked;
        let passkey;
        try {
            passkey = await made(asked.said);
        } catch (failure) {
            // As the standard calls it where one of theirs is there.
            there.hidden = !(failure instanceof DOMException && failure.name === "InvalidStateError");
            return there.hidden ? null : { kind: "done", said: null };
        }
        const answer = await this.ask(this.dataset.send, { passkey });
        if (answer.kind === "done") this.goOn();
        return answer;
    }

    /** The page with the new passkey: where it is this one, it is loaded anew. */
    goOn() {
        const wanted = new URL(this.dataset.next, location.href);
        const isHere = wanted.pathname === location.pathname;
        location.assign(wanted);
        if (isHere) location.reload();
    }
}

customElements.define("passkey-sign-in", PasskeySignIn);
customElements.define("passkey-add", PasskeyAdd);

// A form that signs in says whether a passkey could be kept here, so that none is offered in vain.
for (const each of document.querySelectorAll("input[data-keeps-passkeys]")) {
    if (await keepsPasskeys().catch(() => false)) each.value = "yes";
}
