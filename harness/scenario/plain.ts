import { types } from "node:util";

const mostValues = 20_000;
const longestText = 65_536;

/** Says where in the export the trouble is; the loader adds file and line. */
export class NotPlain extends Error {
  readonly path: readonly PropertyKey[];
  constructor(path: readonly PropertyKey[], says: string) {
    super(says);
    this.path = path;
  }
}

/**
 * A copy of what a scenario exported, functions as they are: read once, so that a getter can't
 * answer otherwise later, and bounded, so that nothing endless goes on from here.
 * @throws NotPlain for what is no plain data
 */
export function plainCopy(exported: unknown): unknown {
  let values = 0;
  const copy = (
    value: unknown,
    path: readonly PropertyKey[],
    above: readonly object[],
  ): unknown => {
    if (++values > mostValues) throw new NotPlain(path, `more than ${mostValues} values in all`);
    if (typeof value === "string" && value.length > longestText)
      throw new NotPlain(path, `a text of more than ${longestText} characters`);
    if (value === null || typeof value !== "object") return value;
    if (above.includes(value)) throw new NotPlain(path, "a circle: it holds itself");
    const kind = oddKind(value);
    if (kind) throw new NotPlain(path, `plain data is expected, and this is a ${kind}`);
    const inside = [...above, value];
    const read = (key: string) => copy(readOnce(value, key, path), [...path, key], inside);
    if (!Array.isArray(value))
      return Object.fromEntries(Object.keys(value).map((key) => [key, read(key)]));
    if (value.length > mostValues) throw new NotPlain(path, `a list of ${value.length} values`);
    return Array.from(value, (_, i) => copy(value[i], [...path, i], inside));
  };
  return copy(exported, [], []);
}

/** What an object is that is neither a plain one, a list nor a module; undefined for those. */
function oddKind(value: object): string | undefined {
  if (types.isProxy(value)) return "Proxy";
  if (types.isPromise(value)) return "Promise: await it";
  const prototype: unknown = Object.getPrototypeOf(value);
  // One step from the root, of whichever realm: a test runner has its own.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (Array.isArray(value) || isPlain) return undefined;
  return String((prototype as { constructor?: { name?: unknown } }).constructor?.name);
}

function readOnce(value: object, key: string, path: readonly PropertyKey[]): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (error) {
    throw new NotPlain([...path, key], `reading it throws: ${said(error)}`);
  }
}

/** What was thrown, in one line that a terminal can show. */
export function said(thrown: unknown): string {
  const text = textOf(thrown)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return text.length > 300 ? `${text.slice(0, 300)}...` : text || "nothing is said";
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return "something that can't be told";
  }
}
