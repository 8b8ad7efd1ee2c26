// What TypeScript's own library does not know, or can't: for `tsc` only, which reads the pages' scripts and writes nothing.

// What a selector finds is the template's business, which no type describes: its tests are in a browser.
interface ParentNode {
    querySelector(selectors: string): any;
    querySelectorAll(selectors: string): NodeListOf<any>;
}
interface Element {
    closest(selector: string): any;
}

// A form's fields are known by their names.
interface HTMLFormControlsCollection {
    [name: string]: any;
}

// https://developer.mozilla.org/docs/Web/API/Barcode_Detection_API: not in every browser.
declare class BarcodeDetector {
    constructor(options?: { formats: string[] });
    static getSupportedFormats(): Promise<string[]>;
    detect(picture: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}

// The torch of a phone, which only some browsers have.
interface MediaTrackCapabilities {
    torch?: boolean;
}
interface MediaTrackConstraintSet {
    torch?: boolean;
}
