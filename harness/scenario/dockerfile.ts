/** A Dockerfile as far as it must be understood to know what a build of one target sees. */
export interface Dockerfile {
  readonly text: string;
  readonly stages: readonly Stage[];
  /** ARG lines before the first stage. */
  readonly globals: readonly Instruction[];
  /** False where it holds what this reader doesn't know for sure: then nothing may be left out. */
  readonly sure: boolean;
}

export interface Stage {
  /** Lower case; stages are named without regard to it. */
  readonly name: string | undefined;
  /** What stands after FROM, variables and all. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** One instruction on one line: comments and continuations are gone. */
export interface Instruction {
  readonly keyword: string;
  /** Options such as `--from=build`, in order. */
  readonly flags: readonly string[];
  readonly rest: string;
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

const known = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);
/** Another frontend, or another escape character, may read the rest otherwise. */
const otherReader = /^(?:#.*\n)*#\s*(?:syntax|escape)\s*=/i;

/** Reads a Dockerfile; what is odd makes it unsure, never fails. */
export function readDockerfile(source: string): Dockerfile {
  const text = source.replaceAll("\r\n", "\n").replace(/^\uFEFF/, "");
  const instructions = instructionsOf(text);
  const stages: { name: string | undefined; base: string; instructions: Instruction[] }[] = [];
  const globals: Instruction[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === "FROM") stages.push({ ...fromOf(instruction), instructions: [] });
    (stages.at(-1)?.instructions ?? globals).push(instruction);
  }
  const sure =
    !otherReader.test(text) &&
    instructions.every(isUnderstood) &&
    globals.every(({ keyword }) => keyword === "ARG");
  return { text, stages, globals, sure };
}

/** The stage of that name or number; undefined if there is none. The last one has no name. */
export function stageOf(file: Dockerfile, target: string | undefined): Stage | undefined {
  if (!target) return file.stages.at(-1);
  const byName = file.stages.findLast(({ name }) => name === target.toLowerCase());
  return byName ?? (/^\d+$/.test(target) ? file.stages[Number(target)] : undefined);
}

function instructionsOf(text: string): Instruction[] {
  const { goesOn, end } = continuation(text);
  const found: Instruction[] = [];
  let begun: { line: number; parts: string[] } | undefined;
  let heredocs: readonly Heredoc[] = [];
  for (const [i, raw] of text.split("\n").entries()) {
    if (heredocs[0]) {
      if (heredocs[0].endsAt(raw)) heredocs = heredocs.slice(1);
      continue;
    }
    if (/^\s*(#|$)/.test(raw)) continue; // also between the lines of one instruction
    begun ??= { line: i + 1, parts: [] };
    begun.parts.push(raw.replace(end, ""));
    if (goesOn.test(raw)) continue;
    const instruction = instructionOf(begun.parts.join(""), begun.line);
    heredocs = heredocsOf(instruction);
    found.push(instruction);
    begun = undefined;
  }
  if (begun) found.push(instructionOf(begun.parts.join(""), begun.line));
  return found;
}

/** What tells that an instruction goes on: a backslash at the end, or what the file says instead. */
function continuation(text: string): { readonly goesOn: RegExp; readonly end: RegExp } {
  const [directives = ""] = /^(?:[ \t]*#[ \t]*\w+[ \t]*=.*(?:\n|$))*/.exec(text) ?? [];
  const [, escape] = /^[ \t]*#[ \t]*escape[ \t]*=[ \t]*(\S)[ \t]*$/im.exec(directives) ?? [];
  // Twice, it stands for itself.
  return escape === "`"
    ? { goesOn: /(?:[^`]|^)`[ \t]*$/, end: /`[ \t]*$/ }
    : { goesOn: /(?:[^\\]|^)\\[ \t]*$/, end: /\\[ \t]*$/ };
}

interface Heredoc {
  endsAt(line: string): boolean;
}

/** Texts that follow an instruction until a line that holds the word after their `<<`. */
function heredocsOf({ text }: Instruction): readonly Heredoc[] {
  if (!/^(ONBUILD\s+)?(ADD|COPY|RUN)\s/i.test(text)) return [];
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  return words.flatMap((word) => {
    const [, tabs, name] = /^\d*<<(-?)([^<]+)$/.exec(word) ?? [];
    if (name === undefined) return [];
    const end = name.replaceAll(/["'\\]/g, "");
    return [{ endsAt: (line: string) => (tabs ? line.replace(/^\t+/, "") : line) === end }];
  });
}

function instructionOf(joined: string, line: number): Instruction {
  const text = joined.trim();
  const [, keyword = "", after = ""] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  const flags: string[] = [];
  let rest = after;
  for (let flag; (flag = /^(--\S+)\s*/.exec(rest)); rest = rest.slice(flag[0].length))
    flags.push(flag[1] ?? "");
  return { keyword: keyword.toUpperCase(), flags, rest, text, line };
}

function fromOf({ rest }: Instruction): { name: string | undefined; base: string } {
  const [base = "", as, name] = rest.split(/\s+/);
  return { base, name: as?.toLowerCase() === "as" ? name?.toLowerCase() : undefined };
}

/** Heredocs go on for lines that look like anything; ONBUILD acts in whoever stands on the image. */
function isUnderstood({ keyword, rest, text }: Instruction): boolean {
  if (!known.has(keyword) || /\\\\\s*$/.test(text)) return false;
  return !(/^(RUN|COPY|ADD)$/.test(keyword) && rest.includes("<<"));
}
