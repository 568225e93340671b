/** Compose writes "$$" for each "$" of a value, so that what it prints can be read again. */
export function asMeant<T>(value: T): T {
  return eachText(value, (text) => text.replaceAll("$$", () => "$")) as T;
}

/** The other way round: for values that compose is to read. */
export function asWritten<T>(value: T): T {
  return eachText(value, (text) => text.replaceAll("$", () => "$$")) as T;
}

function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each) => eachText(each, change));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, eachText(each, change)]);
  return Object.fromEntries(entries) as unknown;
}
