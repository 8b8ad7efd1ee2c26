// A P-256 key that never leaves this browser: made non-extractable by WebCrypto, kept in IndexedDB under its public key.

const DATABASE = "citycoin-wallet";
const KEYS = "keys";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
// keccak256("Payment(address payee,uint256 amount,uint256 nonce,uint256 expires)")
const PAYMENT_TYPEHASH = "0x17eb381e0c92a1d0c7462b50ab1dc924de6615081cfee518154b4b3ac4608bd7";

/** @param {ArrayBuffer} bytes */
export const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text */
function bytesOf(text) {
    const digits = text.replace(/^0x/, "");
    return Uint8Array.from({ length: digits.length / 2 }, (_, place) => parseInt(digits.slice(place * 2, place * 2 + 2), 16));
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(keys: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
function inDatabase(mode, act) {
    return new Promise((resolve, reject) => {
        const opening = indexedDB.open(DATABASE, 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
            const transaction = opening.result.transaction(KEYS, mode);
            const asked = act(transaction.objectStore(KEYS));
            transaction.oncomplete = () => {
                opening.result.close();
                resolve(asked.result);
            };
            transaction.onabort = () => reject(transaction.error);
        };
    });
}

/** Make a key and keep it; its public half is x ‖ y in hex. */
export async function newKey() {
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
    const point = await crypto.subtle.exportKey("raw", pair.publicKey); // 04 ‖ x ‖ y
    const publicKey = hex(point).slice(2);
    await inDatabase("readwrite", (keys) => keys.put(pair.privateKey, publicKey));
    // Some browsers clear what isn't asked to stay.
    await navigator.storage?.persist?.();
    return publicKey;
}

/**
 * The private half of this public key, if this browser has it.
 *
 * @param {string} publicKey
 * @returns {Promise<CryptoKey>}
 */
export const keptKey = (publicKey) => inDatabase("readonly", (keys) => keys.get(publicKey));

/**
 * A signature of bytes: r ‖ s in hex.
 *
 * @param {CryptoKey} key
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export const signed = async (key, bytes) => `0x${hex(await crypto.subtle.sign(SIGNATURE, key, bytes))}`;

/** @param {string | number} number a number, or an address */
const word = (number) => bytesOf(BigInt(number).toString(16).padStart(64, "0"));

/**
 * What a payment's signature is over, put together here from what the page shows; never a hash that somebody sends.
 *
 * @param {{domainSeparator: string, payee: string, amount: number, nonce: number, expires: number}} payment
 */
export function paymentBytes({ domainSeparator, payee, amount, nonce, expires }) {
    const parts = [bytesOf("1901"), bytesOf(domainSeparator), bytesOf(PAYMENT_TYPEHASH), word(payee), word(amount), word(nonce), word(expires)];
    const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
    }
    return bytes;
}
