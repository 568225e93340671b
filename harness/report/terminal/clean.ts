import { stripVTControlCharacters } from "node:util";

/**
 * One line that a terminal shows as it is. Records, containers, scenario files and errors hold
 * whatever they like: what would move the cursor, set colours or titles, hide text, turn its
 * direction or break the line is taken out. Colours of our own are put on afterwards.
 */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll("\n", " ");
}

/** The same, with its lines kept. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r\n|[\u2028\u2029]/g, "\n")
    .replaceAll("\t", "  ")
    .replaceAll(UNSEEN, "");
}

/** Every text in a value of plain data, cleaned as lines; keys stay. */
export function cleanData<T>(value: T): T {
  if (typeof value === "string") return cleanLine(value) as T;
  if (Array.isArray(value)) return value.map(cleanData) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, cleanData(each)]),
  ) as T;
}

// Control and format characters (bidirectional marks, zero widths, tags) and lone surrogates.
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/gu;
