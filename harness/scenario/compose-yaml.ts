import { isAlias, isCollection, isPair, LineCounter, parseAllDocuments, visit } from "yaml";
import type { Document } from "yaml";

/** Values that a file may stand for when every alias is written out. */
const MOST_VALUES = 200_000;

/** The YAML of a compose file: compose merges the documents that it may hold. */
export interface ComposeYaml {
  readonly documents: readonly Document[];
  lineAt(offset: number): number;
  /** What this reader can't make sense of. Compose, which reads otherwise, may refuse it or not. */
  readonly unclear: YamlFault | undefined;
  /** What compose must not even be asked about: it would work on it for ever. */
  readonly fault: YamlFault | undefined;
}

interface YamlFault {
  readonly told: string;
  readonly offset: number;
}

/** Reads the YAML of a compose file; what is wrong with it is told, never thrown. */
export function composeYaml(text: string): ComposeYaml {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line || 1;
  try {
    const options = { lineCounter: lines, merge: true, prettyErrors: false } as const;
    const documents: readonly Document[] = parseAllDocuments(text, options);
    const [error] = documents.flatMap((one) => one.errors);
    const fault = documents.map((one) => aliasFault(one) ?? tagFault(one)).find(Boolean);
    return { documents, lineAt, unclear: error && told(error), fault };
  } catch {
    // the parser calls itself for each level
    const fault = { told: "nested too deeply", offset: 0 };
    return { documents: [], lineAt: () => 1, unclear: undefined, fault };
  }
}

const told = ({ message, pos: [offset] }: { message: string; pos: [number, number] }) => ({
  told: message,
  offset,
});

/** The first alias that leads back to itself, or with which the file grows out of bounds. */
function aliasFault(document: Document): YamlFault | undefined {
  const sizes = new Map<unknown, number>();
  const open = new Set<unknown>();
  let fault: YamlFault | undefined;
  const sizeOf = (node: unknown): number => {
    if (fault) return 0;
    if (isAlias(node)) {
      const target = node.resolve(document);
      const offset = node.range?.[0] ?? 0;
      if (open.has(target)) fault = { told: `alias *${node.source} contains itself`, offset };
      const size = sizes.get(target) ?? sizeOf(target);
      if (size > MOST_VALUES)
        fault ??= { told: `alias *${node.source} stands for too many values`, offset };
      return size;
    }
    if (isPair(node)) return sizeOf(node.key) + sizeOf(node.value);
    if (!isCollection(node)) return 1;
    open.add(node);
    const size = node.items.reduce((sum: number, item) => sum + sizeOf(item), 1);
    open.delete(node);
    sizes.set(node, size);
    return size;
  };
  sizeOf(document.contents);
  return fault;
}

const knownTags = new Set([
  ...["!", "!reset", "!override"],
  ..."bool float int map merge null seq str".split(" ").map((one) => `tag:yaml.org,2002:${one}`),
]);

/** A tag such as !!binary, by which a word is another one than it seems. */
function tagFault(document: Document): YamlFault | undefined {
  let fault: YamlFault | undefined;
  visit(document, {
    Node(_, node) {
      if (isAlias(node) || node.tag === undefined || knownTags.has(node.tag)) return undefined;
      fault = { told: `the tag ${node.tag} hides what is meant`, offset: node.range?.[0] ?? 0 };
      return visit.BREAK;
    },
  });
  return fault;
}
