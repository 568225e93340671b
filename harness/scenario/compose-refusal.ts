import { basename, dirname } from "node:path";
import { isMap, isScalar, isSeq } from "yaml";
import type { ScenarioError } from "../errors.ts";
import { refused, type ComposeText } from "./compose-read.ts";
import type { ComposeYaml } from "./compose-yaml.ts";

/**
 * What compose said, as an error that names the file and, where it can be found, the line.
 * @param files what it was asked about: the scenario's own file first
 */
export function refusal(files: readonly ComposeText[], stderr: string): ScenarioError {
  const said = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^time="[^"]*" level=/.test(line))
    .slice(0, 8)
    .join(" ")
    .slice(0, 2_000)
    .replace(/\s+/g, " ");
  const file = files[0]!;
  const at = fileOf(files, said);
  const words = said
    .replace(/^validating \S+: /, "")
    .replaceAll(`${dirname(file.path)}/`, "")
    .trim();
  return refused(at.path, lineOf(at, said), words || "compose refused it without a word");
}

/** The file that compose names; of YAML that is none it names only the line. */
function fileOf(files: readonly ComposeText[], said: string): ComposeText {
  const [, named] = /(?:validating |in )(\/\S+?\.ya?ml)\b/.exec(said) ?? [];
  const byName = files.find(({ path }) => path === named);
  const unclear = said.startsWith("yaml:") ? files.find(({ yaml }) => yaml.unclear) : undefined;
  return byName ?? unclear ?? files[0]!;
}

/** Compose names a line, or a key, or a service, or a file that the text must speak of. */
function lineOf({ text, yaml }: ComposeText, said: string): number | undefined {
  const told = /\bline (\d+)/.exec(said)?.[1];
  if (told !== undefined) return Number(told);
  const anchor = /unknown anchor '([^']+)'/.exec(said)?.[1];
  if (anchor !== undefined) return lineWith(text, `*${anchor}`);
  const missing = /(?:env file|open|stat) (\S+?)(?::| not found)/.exec(said)?.[1];
  if (missing !== undefined) return lineWith(text, basename(missing));
  const path = pathIn(said);
  return path === undefined ? undefined : lineOfKey(yaml, path);
}

function lineWith(text: string, words: string): number | undefined {
  const at = text.indexOf(words);
  return at < 0 ? undefined : text.slice(0, at).split("\n").length;
}

/** "services.api.build Additional property foo" as "services.api.build.foo". */
function pathIn(said: string): string | undefined {
  const keys = /\b((?:services|networks|volumes|secrets|configs)[.[][^\s':]+)/.exec(said)?.[1];
  const extra = /Additional property (\S+)/.exec(said)?.[1];
  const top = extra === undefined ? undefined : `${keys === undefined ? "" : `${keys}.`}${extra}`;
  if (top ?? keys)
    return (top ?? keys)?.replaceAll("[", ".").replaceAll("]", "").replace(/\.$/, "");
  const service = /\bservice "?([\w.-]+)"?/.exec(said)?.[1];
  if (service === undefined) return undefined;
  const undefinedThing = /undefined (network|volume|secret|config|service)/.exec(said)?.[1];
  const part = undefinedThing === "service" ? "depends_on" : `${undefinedThing}s`;
  return `services.${service}${undefinedThing === undefined ? "" : `.${part}`}`;
}

/** The line of the deepest key of this path that the file writes out itself. */
function lineOfKey({ documents, lineAt }: ComposeYaml, path: string): number | undefined {
  let rest = path;
  let node: unknown = documents[0]?.contents;
  let offset: number | undefined;
  while (rest !== "") {
    const next = step(node, rest);
    if (!next) break;
    ({ node, rest } = next);
    offset = next.offset ?? offset;
  }
  return offset === undefined ? undefined : lineAt(offset);
}

/** One key further: the longest that fits, as names may have dots in them. */
function step(node: unknown, rest: string) {
  if (isSeq(node)) {
    const [index = ""] = rest.split(".");
    const item = node.items[Number(index)] as { range?: [number] } | undefined;
    return item && { node: item, rest: rest.slice(index.length + 1), offset: item.range?.[0] };
  }
  if (!isMap(node)) return undefined;
  const fitting = node.items
    .filter(({ key }) => isScalar(key) && `${rest}.`.startsWith(`${String(key.value)}.`))
    .toSorted((a, b) => String(b.key).length - String(a.key).length)[0];
  if (!fitting) return undefined;
  const key = fitting.key as { value: unknown; range?: [number] };
  return {
    node: fitting.value,
    rest: rest.slice(String(key.value).length + 1),
    offset: key.range?.[0],
  };
}
