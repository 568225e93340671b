/** What a value of a compose model is called in a sentence; of no value that JSON has does it throw. */
export const wordOf = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);
