// Reads a QR out of a picture: by the browser itself where it can, else by the vendored zxing-wasm.

// Each in one piece, since collectstatic puts the file's hash in; nothing is loaded yet.
const READER = new URL("./vendor/zxing-wasm-3.1.3/reader/index.js", import.meta.url).href;
const WASM = new URL("./vendor/zxing-wasm-3.1.3/zxing_reader.wasm", import.meta.url).href;
const LONGEST_SIDE = 1280;
const OPTIONS = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };

async function byTheBrowser() {
    if (!("BarcodeDetector" in globalThis)) return undefined;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    if (!formats.includes("qr_code")) return undefined;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? "";
}

async function vendored() {
    const zxing = await import(READER);
    await zxing.prepareZXingModule({ overrides: { locateFile: () => WASM }, fireImmediately: true });
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    return async (picture) => {
        const width = picture.videoWidth ?? picture.width;
        const height = picture.videoHeight ?? picture.height;
        const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
        context.drawImage(picture, 0, 0, canvas.width, canvas.height);
        const found = await zxing.readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), OPTIONS);
        return found.find((each) => each.isValid)?.text ?? "";
    };
}

/** A function from a video or a bitmap to the text of its QR, empty where there is none. */
export const decoder = async () => (await byTheBrowser()) ?? vendored();
