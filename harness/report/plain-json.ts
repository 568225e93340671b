/**
 * JSON for a file and for standard output, which may be a terminal: what it would take as a command,
 * or what hides or turns text, is escaped. It is the same JSON.
 */
export function plainJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replaceAll(UNSEEN, escaped)}\n`;
}

// JSON.stringify escapes controls below U+0020 and lone surrogates by itself. Where a log of a CI
// has "##[...]" or "##vso[...]", it is an order to the CI.
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]|#(?=#\w*\[)/gu;

const escaped = (character: string) =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
