/** Why a build's patch was not applied, and what `patch` itself said. */
export interface Unapplied {
  readonly why: string;
  readonly said: readonly string[];
}

/** Its last words tell it all. */
const mostLines = 10;

/** By the words of a build that failed; undefined where no patch is to blame. */
export function unapplied(words: readonly string[]): Unapplied | undefined {
  const said = ofFailedStep(words);
  const why = notThere(said) ?? notFitting(said) ?? notRead(said);
  return why === undefined ? undefined : { why, said: said.slice(-mostLines) };
}

/** "#8 0.141 Hunk #1 FAILED at 3." of the step that "#8 ERROR: ..." ends, without its number and time. */
function ofFailedStep(words: readonly string[]): readonly string[] {
  const [, step] = words.map((line) => /^#(\d+) ERROR: /.exec(line)).findLast(Boolean) ?? [];
  if (step === undefined) return [];
  const spoken = new RegExp(`^#${step} \\d+\\.\\d+ (.*)$`);
  return words.flatMap((line) => spoken.exec(line)?.[1] ?? []);
}

function notThere(said: readonly string[]): string | undefined {
  const at = said.findIndex((line) => line.startsWith("can't find file to patch"));
  if (at < 0) return undefined;
  const name = said
    .slice(at)
    .flatMap((line) => /^\|\+\+\+ (?:b\/)?([^\t]+)/.exec(line)?.[1] ?? [])[0];
  return `the patch does not apply: there is no file ${name ?? "of that name"}`;
}

/** The files that it does not fit, each with its hunks as they are numbered there. */
function notFitting(said: readonly string[]): string | undefined {
  const hunks = new Map<string, string[]>();
  let file = "a file";
  for (const line of said) {
    file = /^patching file (.*)$/.exec(line)?.[1] ?? file;
    const hunk = /^Hunk #(\d+) FAILED/.exec(line)?.[1];
    if (hunk !== undefined) hunks.set(file, [...(hunks.get(file) ?? []), hunk]);
    if (line.startsWith("Reversed (or previously applied) patch detected"))
      return `the patch does not apply to ${file}: it seems to be applied there already`;
  }
  if (hunks.size === 0) return undefined;
  const each = [...hunks].map(
    ([name, numbers]) => `${name} (hunk${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")})`,
  );
  return `the patch does not apply to ${each.join(" and ")}`;
}

function notRead(said: readonly string[]): string | undefined {
  const words = said.flatMap((line) => /^patch: \*{4} (.*)$/.exec(line)?.[1] ?? []).at(-1);
  return words && `the patch can't be read: ${words.replace(/:?\s*$/, "")}`;
}
