/**
 * One line that a terminal shows as it is. Records, containers, scenario files and errors hold
 * whatever they like: what would move the cursor, set colours or titles, hide text, turn its
 * direction or break the line is taken out, and what a CI would take for an order of ours is
 * broken up. Colours of our own are put on afterwards.
 */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll("\n", " ");
}

/** The same, with its lines kept. */
export function cleanText(text: string): string {
  return text
    .replaceAll(SEQUENCES, "")
    .replaceAll(/\r\n|[\u2028\u2029]/g, "\n")
    .replaceAll("\t", "  ")
    .replaceAll(UNSEEN, "")
    .replaceAll(ORDERS, (order) => `${order[0]} ${order[1]}`);
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

// What a terminal is told: a text for it up to its end (a title, a link), an order with numbers (a
// colour), or one without. Not by Node's own stripVTControlCharacters, whose time grows with the
// square of what is never ended.
const SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- they are what is to be kept out
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])\P{Cc}*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/gu;

// "::set-output name=x::y" at a line's start (no address as ::ffff:10.0.0.1), "##[...]" and "##vso[...]" anywhere.
const ORDERS = /(?<!\S)::(?=[a-z-]+(?:\s|::))|##(?=\w*\[)/gi;
