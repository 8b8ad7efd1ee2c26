// Signs what the page shows, and nothing else: the type, the words and the domain of the message are put together here
// from the values on display, and each is first written anew from the very value that is signed.

import { keccak_256 as keccak256 } from "./vendor/noble-hashes-2.4.0/sha3.js";
import { hex, inForce, keyOf, show, signed } from "./keys.js";
import { wordsOf } from "./words.js";

const DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
/** @param {string} text */
const hashOf = (text) => keccak256(new TextEncoder().encode(text));

/** @param {string} value a number as the form has it, or an address */
function word(value) {
    const digits = BigInt(value).toString(16).padStart(64, "0");
    return Uint8Array.from({ length: 32 }, (_, place) => parseInt(digits.slice(place * 2, place * 2 + 2), 16));
}

/** @param {...Uint8Array} parts */
function joined(...parts) {
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
    }
    return bytes;
}

/** @param {HTMLInputElement} field */
function readable(field) {
    const { kind, pattern } = field.dataset;
    if (kind === "time") {
        const format = new Intl.DateTimeFormat(document.documentElement.lang, {
            timeZone: "Asia/Seoul", year: "numeric", month: "long", day: "numeric", hour: "numeric", minute: "2-digit",
        });
        return format.format(new Date(Number(field.value) * 1000));
    }
    const text = kind === "won" ? BigInt(field.value).toLocaleString("en-US") : field.value;
    return pattern ? pattern.replace("{}", text) : text;
}

/** @param {string} text */
function netstring(text) {
    const bytes = new TextEncoder().encode(text);
    return joined(new TextEncoder().encode(`${bytes.length}:`), bytes, Uint8Array.of(0x2c));
}

/**
 * The hash of why, from the texts on display: what a budget's `basis` is (docs/contract.md). No file is taken here, so the
 * place of its hash is empty.
 *
 * @param {Element} shown
 */
async function sayBasis(shown) {
    const place = shown.querySelector('[data-field="bytes32 basis"]');
    if (!place) return;
    const parts = ["City coin: why, form 1"];
    for (const name of ["purpose", "legal_basis"]) {
        const part = shown.querySelector(`[data-basis="${name}"]`);
        part.textContent = part.value;
        parts.push(part.value);
    }
    const hash = await crypto.subtle.digest("SHA-256", joined(...parts.map(netstring), netstring("")));
    place.value = `0x${hex(new Uint8Array(hash))}`;
}

/**
 * 0x1901 ‖ domain ‖ type hash ‖ words, from what the form shows. The order of the words is the struct's own.
 *
 * @param {HTMLFormElement} form
 */
async function preimage(form) {
    const shown = form.querySelector("[data-struct]");
    await sayBasis(shown);
    /** @type {Record<string, string>} */
    const fields = {};
    for (const field of shown.querySelectorAll("[data-field]")) {
        field.textContent = readable(field);
        fields[field.dataset.field] = field.value;
    }
    const order = STRUCTS[shown.dataset.struct];
    const type = `${shown.dataset.struct}(${order.join(",")})`;
    /** @type {Record<string, string>} */
    const domain = {};
    for (const part of form.querySelectorAll("[data-domain]")) {
        part.textContent = part.value;
        domain[part.dataset.domain] = part.value;
    }
    const separator = keccak256(
        joined(hashOf(DOMAIN), hashOf(domain.name), hashOf("1"), word(domain.chainId), word(domain.verifyingContract)),
    );
    return joined(Uint8Array.of(0x19, 0x01), separator, hashOf(type), ...order.map((name) => word(fields[name])));
}

// The contract's structs (contracts/solidity/src/Budgets.sol). A page that showed other fields could not be signed.
/** @type {Record<string, string[]>} */
const STRUCTS = {
    Budget: [
        "uint256 year", "uint256 starts", "uint256 ends", "uint256 cap", "bytes32 basis", "uint256 version",
        "uint256 deadline",
    ],
    RotateOfficial: ["address outgoing", "address incoming", "uint256 version", "uint256 deadline"],
};

/**
 * The words beside an address, of the very value that is signed.
 *
 * @param {HTMLFormElement} form
 */
async function sayInWords(form) {
    for (const place of form.querySelectorAll("[data-words]")) {
        place.textContent = await wordsOf(form.querySelector(`[data-field="${place.dataset.words}"]`).value);
    }
}

/** @param {HTMLFormElement} form */
async function prepare(form) {
    const button = form.querySelector("button:not([type=button])");
    button.disabled = true;
    const key = await keyOf(form);
    if (!key) return show(form, "no-key");
    if (!inForce(form, key)) return show(form, "other-key");
    await sayInWords(form);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await preimage(form)));
    form.querySelector("[data-digest]").textContent = `0x${hex(digest)}`;
    button.disabled = false;
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        button.disabled = true;
        preimage(form)
            .then((bytes) => signed(key, bytes))
            .then((signature) => {
                form.elements.signature.value = signature;
                form.submit();
            })
            .catch(() => {
                show(form, "failed");
                button.disabled = false;
            });
    });
}

for (const form of document.querySelectorAll("form[data-signing]")) {
    prepare(form).catch(() => show(form, "failed"));
}
// Coming back with "back" finds the form as it was sent, with a disabled button.
addEventListener("pageshow", (event) => event.persisted && location.reload());
