import { dirname, join, resolve } from "node:path";
import { isAlias, isMap, isScalar, isSeq, visit, type Document } from "yaml";

/** A file that compose reads by itself while it resolves another, and leaves no trace of. */
export interface NamedFile {
  readonly key: string;
  /** As it is written. */
  readonly written: string;
  /** Absolute; undefined where it can't be known beforehand. */
  readonly path: string | undefined;
  readonly offset: number;
  /** For one that is a compose file itself: the folder that its own paths start from. */
  readonly base?: string;
  /** Whether variables may come from a `.env` that compose finds by itself. */
  readonly included: boolean;
}

/** What a path in a compose file starts from, and what its variables are. */
export interface From {
  readonly base: string;
  readonly included: boolean;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The files that a compose file names to be read: what it extends and includes, and files of
 * variables and labels. Wherever such a key stands, as anchors and merges may bring it anywhere.
 */
export function namedFiles(document: Document, from: From): readonly NamedFile[] {
  const named: NamedFile[] = [];
  const { base, included } = from;
  visit(document, {
    Pair(_, { key: given, value }) {
      const key = meant(document, given);
      const name = isScalar(key) && typeof key.value === "string" ? key.value : "";
      if (name === "env_file" || name === "label_file")
        for (const text of textsOf(document, value, "path"))
          named.push({ key: name, included, ...pathOf(text, from) });
      if (name === "extends")
        for (const text of textsOf(document, value, "file", true)) {
          const file = { key: name, included, ...pathOf(text, from) };
          named.push({ ...file, base: dirname(file.path ?? base) });
        }
      if (name === "include")
        for (const one of itemsOf(document, value)) named.push(...includedBy(document, one, from));
    },
  });
  return named;
}

function includedBy(document: Document, one: unknown, from: From): readonly NamedFile[] {
  const under = (key: string) => textsOf(document, valueOf(document, one, key), "path");
  const paths = isMap(one) ? under("path") : textsOf(document, one, "path");
  const files = paths.map((text) => ({ key: "include", included: true, ...pathOf(text, from) }));
  const [folder] = under("project_directory").map((text) => pathOf(text, from).path);
  const base = folder ?? dirname(files[0]?.path ?? from.base);
  const variables = under("env_file").map((text) => pathOf(text, from));
  // Compose looks for this one where no other is named.
  const written = join(base, ".env");
  const own = { written, path: written, offset: files[0]?.offset ?? 0 };
  return [
    ...files.map((file) => ({ ...file, base })),
    ...(variables.length > 0 ? variables : [own]).map((file) => ({
      key: "include's env_file",
      included: true,
      ...file,
    })),
  ];
}

interface Text {
  readonly text: string;
  readonly offset: number;
}

/** The words of a value: itself, or those of a list, or what stands under `key` in a map. */
function textsOf(
  document: Document,
  value: unknown,
  key: string,
  onlyMap = false,
): readonly Text[] {
  return itemsOf(document, value).flatMap((item) => {
    if (onlyMap && !isMap(item)) return [];
    const node = isMap(item) ? valueOf(document, item, key) : item;
    if (isSeq(node)) return textsOf(document, node, key);
    return isScalar(node) && typeof node.value === "string"
      ? [{ text: node.value, offset: node.range?.[0] ?? 0 }]
      : [];
  });
}

function itemsOf(document: Document, value: unknown): readonly unknown[] {
  const node = meant(document, value);
  return isSeq(node) ? node.items.map((item) => meant(document, item)) : [node];
}

function valueOf(document: Document, map: unknown, key: string): unknown {
  if (!isMap(map)) return undefined;
  if (map.has(key)) return meant(document, map.get(key, true));
  const merges = map.items.filter(({ key: one }) => isScalar(one) && isMerge(one.value));
  return merges
    .flatMap(({ value }) => itemsOf(document, value))
    .map((one) => valueOf(document, one, key))
    .find((one) => one !== undefined);
}

/** The reader makes a symbol of it where it means a merge. */
const isMerge = (key: unknown) =>
  key === "<<" || (typeof key === "symbol" && key.description === "<<");

const meant = (document: Document, node: unknown) =>
  isAlias(node) ? node.resolve(document) : node;

function pathOf({ text, offset }: Text, from: From): Omit<NamedFile, "key" | "included"> {
  const path = filledIn(text, from);
  // "~" is the folder of whoever asks.
  const known = path === undefined || path.startsWith("~") ? undefined : resolve(from.base, path);
  return { written: text, path: known, offset };
}

/** The text with its variables, as compose fills them in; undefined where that can't be known. */
function filledIn(text: string, { variables, included }: From): string | undefined {
  let known = true;
  const filled = text.replaceAll(
    /\$(?:(\$)|([a-z_]\w*)|\{([a-z_]\w*)(?:(:?-)([^{}$]*))?\}|)/gi,
    (_, dollar?: string, bare?: string, braced?: string, how?: string, word = "") => {
      if (dollar) return dollar;
      const name = bare ?? braced;
      const value = name === undefined ? undefined : variables[name];
      if (name === undefined || (value === undefined && included)) known = false;
      return (how === ":-" ? value || undefined : value) ?? word;
    },
  );
  return known ? filled : undefined;
}
