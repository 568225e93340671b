import { isMap, isNode, LineCounter, parseDocument, type Document } from "yaml";
import { drillSchema, type DrillDefinition } from "./definition.ts";

/** Something wrong in a file of a drill's folder. */
export interface DrillProblem {
  readonly file: string;
  readonly line: number;
  readonly says: string;
}

/** drill.yml as it was read: whole, or what is wrong with it. */
export interface DrillFile {
  readonly definition?: DrillDefinition;
  readonly problems: readonly DrillProblem[];
  /** The line where the value of a path stands, as far along it as the file goes. */
  lineOf(path: readonly PropertyKey[]): number;
}

export const DRILL_FILE = "drill.yml";

/** Reads the text of a drill.yml. What is wrong with it is told, never thrown. */
export function readDrillFile(text: string): DrillFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line || 1;
  const lineOf = (path: readonly PropertyKey[]) => lineAt(offsetOf(document, path));
  const problem = (line: number, says: string) => ({ file: DRILL_FILE, line, says });
  const broken = document.errors.map(({ message, pos }) => problem(lineAt(pos[0]), message));
  if (broken.length > 0) return { problems: broken, lineOf };
  const value = plainValue(document);
  if (value === undefined) return { problems: [problem(1, "too many aliases")], lineOf };
  const { success, data, error } = drillSchema.safeParse(value);
  if (success) return { definition: data, problems: [], lineOf };
  const problems = error.issues.map((issue) => {
    const key = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const path = [...issue.path, ...key];
    return problem(lineOf(path), `${path.map(String).join(".") || "drill"}: ${wordsOf(issue)}`);
  });
  return { problems, lineOf };
}

const wordsOf = (issue: { readonly code: string; readonly message: string }) =>
  issue.code === "unrecognized_keys" ? "there is no such key" : issue.message;

function plainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 }) ?? {};
  } catch {
    return undefined; // aliases beyond that
  }
}

/** Where the key of a path stands, or the last along it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let offset = 0;
  for (let length = 1; length <= path.length; length++) {
    const parent =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isNode(key) && String(key) === String(last))
      : undefined;
    const node = pair ? pair.key : document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) break;
    offset = node.range[0];
  }
  return offset;
}
