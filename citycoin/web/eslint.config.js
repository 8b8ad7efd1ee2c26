// The rules about the pages' scripts; `./city check pages` runs them in citycoin/.
import js from "@eslint/js";
import globals from "globals";

// What every script asks goes through one module, which tells six ends apart.
const ASKING = "platform/pages/static/pages/asking.js";
// The service worker passes on what others ask.
const OFFLINE = "web/resident/static/resident/offline.js";

export default [
    { ignores: ["**/vendor/**", "**/node_modules/**"] },
    {
        ...js.configs.recommended,
        files: ["web/*/static/**/*.js", "platform/pages/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2023,
            sourceType: "module",
            globals: { ...globals.browser, BarcodeDetector: "readonly" },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            ...js.configs.recommended.rules,
            complexity: ["error", 10],
            eqeqeq: "error",
            "no-eval": "error",
            "no-restricted-globals": ["error", { name: "fetch", message: `ask by ${ASKING}` }],
            "no-implied-eval": "error",
            "no-new-func": "error",
            "no-script-url": "error",
            "no-shadow": "error",
            "no-throw-literal": "error",
            "no-var": "error",
            "prefer-const": "error",
            "require-await": "error",
        },
    },
    { files: [ASKING, OFFLINE], rules: { "no-restricted-globals": "off" } },
];
