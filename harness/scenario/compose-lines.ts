import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";

/**
 * The lines of a compose file's keys: of a path such as services, api, ports, the line of its last
 * key that stands in this file. What comes by extends, include or an anchor has no line of its own.
 */
export function composeLines(text: string): (path: readonly string[]) => number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return (path) => {
    let offset = 0;
    let node: unknown = document.contents;
    for (const key of path) {
      const pair = isMap(node) ? pairOf(node, key) : undefined;
      if (!pair) break;
      offset = (pair.key as { range?: [number] }).range?.[0] ?? offset;
      node = pair.value;
    }
    return lines.linePos(offset).line || 1;
  };
}

const pairOf = (map: YAMLMap, key: string) =>
  map.items.find((one) => isScalar(one.key) && String(one.key.value) === key);
