// An address as the six words that two people compare, by the list that the page holds: contracts/domain/address_words.py.

const WORDS = 6;
const BITS_A_WORD = 11n;

/** @param {string} address 0x and 40 hexadecimal digits */
export async function wordsOf(address) {
    const list = (/** @type {HTMLElement} */ (document.querySelector("[data-word-list]")).dataset.wordList ?? "").split(" ");
    const bytes = Uint8Array.from({ length: 20 }, (_, place) => parseInt(address.slice(2 + place * 2, 4 + place * 2), 16));
    const hashed = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const number = hashed.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) >> (256n - BigInt(WORDS) * BITS_A_WORD);
    const places = Array.from({ length: WORDS }, (_, place) => Number((number >> (BITS_A_WORD * BigInt(WORDS - 1 - place))) & 2047n));
    return places.map((place) => list[place]).join(" ");
}
