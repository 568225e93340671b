/** Whether a whole path fits. */
export type Glob = (path: string) => boolean;

/**
 * A pattern of .dockerignore or COPY: `*` and `?` stay within a folder, `**` does not. Its parts are
 * taken one by one, each from all places where those before it may have ended. As an expression it
 * would try one way after the other, and a few stars have more of them than anybody waits for.
 */
export function globOf(pattern: string): Glob {
  const parts = partsOf(pattern);
  return (path) => {
    let ends: Places = [0];
    for (const part of parts) {
      ends = part(path, ends);
      if (ends.length === 0) return false;
    }
    return ends.at(-1) === path.length;
  };
}

export const isGlob = (pattern: string): boolean => /[*?[\\]/.test(pattern);

/** Places between the characters of a path, in their order. */
type Places = readonly number[];

/** Where a part of a pattern may end that begins at one of these places. */
type Part = (path: string, from: Places) => Places;

const text =
  (own: string): Part =>
  (path, from) =>
    from.filter((at) => path.startsWith(own, at)).map((at) => at + own.length);

const one =
  (fits: (char: string) => boolean): Part =>
  (path, from) =>
    from.filter((at) => at < path.length && fits(path.charAt(at))).map((at) => at + 1);

const many =
  (fits: (char: string) => boolean): Part =>
  (path, from) => {
    const ends: number[] = [];
    for (const at of from) {
      if (at <= (ends.at(-1) ?? -1)) continue; // on the way of one before it
      ends.push(at);
      for (let i = at; i < path.length && fits(path.charAt(i)); i++) ends.push(i + 1);
    }
    return ends;
  };

/** Any number of folders, each with the "/" after it. */
const folders: Part = (path, from) => {
  const ends = new Set(from);
  for (let i = path.indexOf("/", from[0]); i >= 0; i = path.indexOf("/", i + 1)) ends.add(i + 1);
  return [...ends].sort((a, b) => a - b);
};

const inFolder = (char: string) => char !== "/";
const star = many(inFolder);
const twoStars = many(() => true);
const question = one(inFolder);

function partsOf(pattern: string): readonly Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < pattern.length;) {
    const { part, length } = partAt(pattern, i);
    // Twice any number is any number: "**/**/".
    if (part !== parts.at(-1) || part === question) parts.push(part);
    i += length;
  }
  return parts;
}

function partAt(pattern: string, at: number): { readonly part: Part; readonly length: number } {
  const char = pattern.charAt(at);
  if (pattern.startsWith("**/", at)) return { part: folders, length: 3 };
  if (pattern.startsWith("**", at)) return { part: twoStars, length: 2 };
  if (char === "*") return { part: star, length: 1 };
  if (char === "?") return { part: question, length: 1 };
  const end = char === "[" ? pattern.indexOf("]", at + 2) : -1;
  if (end > 0) return { part: one(classOf(pattern.slice(at + 1, end))), length: end + 1 - at };
  if (char === "\\" && at + 1 < pattern.length)
    return { part: text(pattern.charAt(at + 1)), length: 2 };
  const [own = char] = /^[^*?[\\]+/.exec(pattern.slice(at)) ?? [];
  return { part: text(own), length: own.length };
}

/** What stands between brackets: `a-z`, `!a-z` or `^a-z`. */
function classOf(names: string): (char: string) => boolean {
  try {
    const fits = new RegExp(`^[${names.replaceAll("\\", "\\\\").replace(/^!/, "^")}]$`, "s");
    return (char) => fits.test(char);
  } catch {
    return () => false; // such as [z-a]: fits nothing, and the builder says so
  }
}
