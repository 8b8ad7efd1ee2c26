// How Korean reads a whole number: 8000 is "팔천", 12500 "만 이천오백". Groups of four digits, a space after each.

const DIGITS = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"];
const PLACES = ["", "십", "백", "천"];
const GROUPS = ["", "만", "억", "조", "경"];

function readingOfGroup(number) {
    let read = "";
    for (let place = 3; place >= 0; place -= 1) {
        const digit = Math.floor(number / 10 ** place) % 10;
        if (digit === 0) continue;
        // Nobody says the one of ten, hundred and thousand.
        read += (digit === 1 && place > 0 ? "" : DIGITS[digit]) + PLACES[place];
    }
    return read;
}

/** The reading of a whole number from 0 to 2^53 - 1. */
export function reading(number) {
    if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`not a whole number: ${number}`);
    if (number === 0) return "영";
    const read = [];
    for (let group = 0, left = number; left > 0; group += 1, left = Math.floor(left / 10_000)) {
        const here = left % 10_000;
        if (here === 0) continue;
        // 10,000 alone is "만"; 100,000,000 keeps its one.
        const digits = here === 1 && group === 1 ? "" : readingOfGroup(here);
        read.unshift(digits + GROUPS[group]);
    }
    return read.join(" ");
}
