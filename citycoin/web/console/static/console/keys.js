// The official's key: made in this browser, kept in its IndexedDB, non-extractable. One for each city and official.

import { keccak_256 as keccak256 } from "./vendor/noble-hashes-2.4.0/sha3.js";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const STORE = "keys";

/**
 * @typedef {{privateKey: CryptoKey, point: Uint8Array, address: string}} Key whose point is x ‖ y
 * @typedef {HTMLElement} Place an element with data-city, data-official and data-in-force
 */

/** @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @returns {Promise<IDBDatabase>} */
function opened() {
    return new Promise((resolve, reject) => {
        const opening = indexedDB.open("city-coin-officials", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
    });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function inStore(mode, act) {
    const database = await opened();
    try {
        return await new Promise((resolve, reject) => {
            const asked = act(database.transaction(STORE, mode).objectStore(STORE));
            asked.onsuccess = () => resolve(asked.result);
            asked.onerror = () => reject(asked.error);
        });
    } finally {
        database.close();
    }
}

/** @param {Place} place */
const nameOf = (place) => `${place.dataset.city}/${place.dataset.official}`;

/**
 * The key of whom the element's data-city and data-official name, or null.
 *
 * @param {Place} place
 * @returns {Promise<Key | null>}
 */
export async function keyOf(place) {
    return (await inStore("readonly", (store) => store.get(nameOf(place)))) ?? null;
}

/**
 * A new key in the place of the one that this browser may have had.
 *
 * @param {Place} place
 * @returns {Promise<Key>}
 */
export async function makeKey(place) {
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)).slice(1);
    const key = { privateKey: pair.privateKey, point, address: `0x${hex(keccak256(point).slice(12))}` };
    await inStore("readwrite", (store) => store.put(key, nameOf(place)));
    return key;
}

/**
 * r ‖ s over SHA-256 of the bytes, as hexadecimal.
 *
 * @param {Key} key
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function signed(key, bytes) {
    return hex(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, bytes)));
}

/**
 * Whether the contract takes this key for an official's, as the element's data-in-force says.
 *
 * @param {Place} place
 * @param {Key} key
 */
export function inForce(place, key) {
    return (place.dataset.inForce ?? "").split(" ").includes(key.address);
}

/**
 * Show those parts of the element whose data-when names one of the states, and hide the others.
 *
 * @param {Place} place
 * @param {...string} states
 */
export function show(place, ...states) {
    for (const part of place.querySelectorAll("[data-when]")) {
        part.hidden = !part.dataset.when.split(" ").some((/** @type {string} */ state) => states.includes(state));
    }
}
