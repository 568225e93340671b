/**
 * The line of scenario.ts where the value of a path stands: as far along the path as object and
 * list literals go, then where `literal` stands in quotes from there on, if it is given.
 */
export function lineOf(source: string, path: readonly PropertyKey[], literal?: string): number {
  let at = startOfExport(source);
  let value = at;
  for (const key of path) {
    const entry = entriesOf(source, value).find(
      (one, i) => one.key === key || (typeof key === "number" && i === key),
    );
    if (!entry) break;
    ({ at, value } = entry);
  }
  const found = literal === undefined ? -1 : quoted(source, literal, at);
  return source.slice(0, found < 0 ? at : found).split("\n").length;
}

/** Where a text stands in quotes: from a place on, else anywhere; -1 if nowhere. */
function quoted(source: string, text: string, from: number): number {
  const places = ['"', "'", "`"].map((quote) => `${quote}${text}${quote}`);
  const first = (start: number) =>
    places
      .map((place) => source.indexOf(place, start))
      .filter((at) => at >= 0)
      .sort((a, b) => a - b)[0];
  return first(from) ?? first(0) ?? -1;
}

function startOfExport(source: string): number {
  const named = /export\s+default\s+(?:defineScenario\s*\(\s*)?/.exec(source);
  return named ? named.index + named[0].length : 0;
}

interface Entry {
  readonly key?: string;
  /** Where the key begins (of a list: the value), and where its value does. */
  readonly at: number;
  readonly value: number;
}

/** What an object or list literal holds, one level deep; nothing where no literal begins. */
function entriesOf(source: string, from: number): readonly Entry[] {
  const open = source[from];
  if (open !== "{" && open !== "[") return [];
  const entries: Entry[] = [];
  let i = skipBlank(source, from + 1);
  while (i < source.length && !"}])".includes(source[i]!)) {
    const key = /^(?:async\s+)?(["']?)([\w$-]+)\1\s*([:(,}])/.exec(source.slice(i, i + 200));
    const isKeyed = open === "{" && key !== null;
    const value = isKeyed && key[3] === ":" ? skipBlank(source, i + key[0].length) : i;
    entries.push({ at: i, value, ...(isKeyed ? { key: key[2]! } : {}) });
    i = skipBlank(source, endOfValue(source, value) + 1);
  }
  return entries;
}

/** The comma or closing bracket that ends a value. */
function endOfValue(source: string, from: number): number {
  let depth = 0;
  let i = from;
  for (; i < source.length; i = next(source, i)) {
    const c = source[i]!;
    if ("{[(".includes(c)) depth++;
    else if ("}])".includes(c) && depth-- === 0) return i - 1;
    else if (c === "," && depth === 0) return i;
  }
  return i;
}

/**
 * The next character that counts: strings and comments are stepped over whole, and what a backslash
 * stands before, as in a regular expression. By hand: an expression that repeats a group has an end
 * at some megabytes.
 */
function next(source: string, i: number): number {
  const c = source[i]!;
  if (c === "\\") return i + 2;
  if (`"'\``.includes(c)) return endOfString(source, i);
  return c === "/" ? (endOfComment(source, i) ?? i + 1) : i + 1;
}

/** After the quote that closes it; one that nothing closes is none, as in a regular expression. */
function endOfString(source: string, from: number): number {
  const quote = source[from];
  for (let i = from + 1; i < source.length; i += source[i] === "\\" ? 2 : 1) {
    if (source[i] === quote) return i + 1;
    if (source[i] === "\n" && quote !== "`") break;
  }
  return from + 1;
}

/** After a comment that begins here; undefined where none does. */
function endOfComment(source: string, from: number): number | undefined {
  const end = { "//": "\n", "/*": "*/" }[source.slice(from, from + 2)];
  if (end === undefined) return undefined;
  const at = source.indexOf(end, from + 2);
  return at < 0 ? source.length : at + end.length;
}

function skipBlank(source: string, from: number): number {
  let i = from;
  for (let to: number | undefined = i; to !== undefined;) {
    i = to;
    to = /\s/.test(source.charAt(i)) ? i + 1 : endOfComment(source, i);
  }
  return i;
}
