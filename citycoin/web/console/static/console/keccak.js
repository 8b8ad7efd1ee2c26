// keccak256 as Ethereum has it (FIPS 202's permutation, the older padding). WebCrypto has none, and a page that signs
// for a contract has to compute the contract's type hashes and addresses by itself.

const MASK = (1n << 64n) - 1n;
const RATE = 136;

const ROUND_CONSTANTS = (() => {
    // The degree-8 shift register of FIPS 202, 3.2.5.
    const constants = [];
    let register = 1;
    for (let round = 0; round < 24; round += 1) {
        let constant = 0n;
        for (let j = 0; j < 7; j += 1) {
            if (register & 1) constant |= 1n << ((1n << BigInt(j)) - 1n);
            register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1;
        }
        constants.push(constant);
    }
    return constants;
})();

function turned(lane, by) {
    const bits = BigInt(by % 64);
    return ((lane << bits) | (lane >> (64n - bits))) & MASK;
}

function permute(state) {
    for (const constant of ROUND_CONSTANTS) {
        const columns = [0, 1, 2, 3, 4].map((x) => state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]);
        for (let x = 0; x < 5; x += 1) {
            const change = columns[(x + 4) % 5] ^ turned(columns[(x + 1) % 5], 1);
            for (let y = 0; y < 25; y += 5) state[x + y] ^= change;
        }
        let [x, y, carried] = [1, 0, state[1]];
        for (let step = 0; step < 24; step += 1) {
            [x, y] = [y, (2 * x + 3 * y) % 5];
            const place = x + 5 * y;
            [carried, state[place]] = [state[place], turned(carried, ((step + 1) * (step + 2)) / 2)];
        }
        for (let row = 0; row < 25; row += 5) {
            const lanes = state.slice(row, row + 5);
            for (let i = 0; i < 5; i += 1) state[row + i] = lanes[i] ^ (~lanes[(i + 1) % 5] & MASK & lanes[(i + 2) % 5]);
        }
        state[0] ^= constant;
    }
}

/** The hash of bytes, 32 bytes. */
export function keccak256(bytes) {
    const padded = new Uint8Array(Math.ceil((bytes.length + 1) / RATE) * RATE);
    padded.set(bytes);
    padded[bytes.length] = 0x01;
    padded[padded.length - 1] |= 0x80;
    const state = Array(25).fill(0n);
    const view = new DataView(padded.buffer);
    for (let block = 0; block < padded.length; block += RATE) {
        for (let lane = 0; lane < RATE / 8; lane += 1) state[lane] ^= view.getBigUint64(block + lane * 8, true);
        permute(state);
    }
    const hash = new DataView(new ArrayBuffer(32));
    for (let lane = 0; lane < 4; lane += 1) hash.setBigUint64(lane * 8, state[lane], true);
    return new Uint8Array(hash.buffer);
}
