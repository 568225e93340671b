/* What values a row may hold. By hand, as a record can have 100 000 rows. */

/** Whether a value of a row is what it must be. */
export type Check = (value: unknown) => boolean;
export type Shape = Readonly<Record<string, Check>>;

/** Sums of a record's numbers must stay numbers; 8 PiB and four months are no limit in practice. */
const LARGEST = Number.MAX_SAFE_INTEGER;
const LATEST = 1e10;
const LONGEST_TEXT = 16_384;

export const text: Check = (v) => typeof v === "string" && v.length <= LONGEST_TEXT;
export const number: Check = (v) => typeof v === "number" && v >= -LARGEST && v <= LARGEST;
/** What there is of something: no less than nothing. */
export const amount: Check = (v) => number(v) && (v as number) >= 0;
/** Whole milliseconds: what was told within one has no order of time. */
export const time: Check = (v) =>
  Number.isInteger(v) && (v as number) >= 0 && (v as number) <= LATEST;
export const count: Check = (v) => Number.isSafeInteger(v) && (v as number) >= 0;
export const maybe =
  (check: Check): Check =>
  (v) =>
    v === null || check(v);
export const optional =
  (check: Check): Check =>
  (v) =>
    v === undefined || check(v);
export const oneOf =
  (...words: readonly string[]): Check =>
  (v) =>
    words.includes(v as string);
export const each =
  (check: Check): Check =>
  (v) =>
    isObject(v) && Object.values(v).every(check);
export const object =
  (shape: Shape): Check =>
  (v) =>
    isObject(v) && faultOf(v, shape) === undefined;

/** What is wrong with the row by this shape, or undefined. */
function faultOf(row: Readonly<Record<string, unknown>>, shape: Shape): string | undefined {
  for (const key in shape) {
    if (!shape[key]?.(row[key])) return `${key} cannot be ${told(row[key])}`;
  }
  return undefined;
}

/** A value in few words, however long or deep it is. */
export function told(value: unknown): string {
  try {
    const words = JSON.stringify(value) ?? "undefined";
    return words.length > 80 ? `${words.slice(0, 80)}...` : words;
  } catch {
    return "what it is";
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
