import { basename } from "node:path";
import { ExitCode } from "../errors.ts";
import type { Claim } from "../judge/types.ts";
import type { EarlyNo } from "../replay/early-look.ts";
import { verdictJson } from "../report/index.ts";
import { plainJson } from "../report/plain-json.ts";
import { boundText, formatMs, measuredText } from "../report/format.ts";
import { cleanLine } from "../report/terminal/clean.ts";
import { fixTable } from "../report/terminal/fix-table.ts";
import { quietProgress } from "../drill/quiet-progress.ts";
import type { Parsed } from "../drill/parse.ts";
import type { Words } from "../drill/words.ts";
import { subjectOf, type Asked, type Subject } from "./check-subject.ts";
import { playFix, type PlayedFix } from "./play-fix.ts";
import { stderrProgress } from "./progress.ts";
import { quickLooks } from "./quick-looks.ts";

export interface CheckRequest extends Asked {
  readonly out: string;
  /** Whether the broken arm is played though a record of it was kept. */
  readonly fresh: boolean;
  readonly json: boolean;
  readonly columns: number;
  readonly signal: AbortSignal;
}

/** What a check came to: what is printed, and the exit code. */
export interface Checked {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Judges somebody's own fix, or the workspace of the drill under way, by the story's whole drive.
 * @throws UsageError FIX_INVALID, before anything runs
 */
export async function checkFix(request: CheckRequest): Promise<Checked> {
  const { json, columns } = request;
  const subject = await subjectOf(request);
  // Names of what is built would tell what a drill is about.
  const progress = subject.session ? quietProgress : stderrProgress;
  let told = false;
  const early = (no: EarlyNo) => {
    if (!told) process.stderr.write(`${earlyText(no, subject.words)}\n`);
    told = true;
  };
  const built = quickLooks(subject, { end: (look) => process.stderr.write(lookText(look)) });
  const played = await playFix(subject, { ...request, progress, early, built });
  const { exitCode } = played;
  return {
    text: json ? checkJson(subject, played) : checkText(subject, played, columns),
    exitCode,
  };
}

/** A quick look in a line, and the tool's own words where it is not as it should be. */
export function lookText({ what, ok, seconds, said }: Parsed): string {
  const lines = [`${what}: ${ok ? "ok" : "NO"}, ${seconds.toFixed(1)} s`];
  if (!ok) lines.push(...said.map((line) => `    ${line}`), "It is started all the same.");
  return lines.map((line) => `${cleanLine(line)}\n`).join("");
}

/** An early no in a line: it is told while the rest still runs. */
function earlyText({ claim: own, at }: EarlyNo, words: Words): string {
  const claim = inWords(own, words);
  const told = `${measuredText(claim)}, promised ${boundText(claim)}`;
  return cleanLine(
    `Still broken, seen at ${formatMs(at)} of the drive: ${claim.sentence}: ${told}. This will not change; the rest runs on.`,
  );
}

/** The table of promises, and what it came to. */
export function checkText({ scenario, words }: Subject, played: PlayedFix, columns: number) {
  const { fix, yours, beside } = played;
  const verdict = toldVerdict(yours, words);
  const broken = played.broken.map((claim) => inWords(claim, words));
  const name = words.name ? `check ${basename(played.folder)}` : fix;
  const id = words.name ?? scenario.definition.id;
  const table = fixTable({ scenario: id, name, verdict, broken, beside }, columns);
  const left = played.verdict.leftovers.map((thing) => `left behind: ${cleanLine(thing)}\n`);
  const undecided = yours.interrupted ? CUT_OFF : UNDECIDED[played.exitCode];
  return [table, ...left, undecided ?? ""].join("");
}

/** A promise may have been told as broken for good by then. */
const CUT_OFF = "It was ended before there was a verdict; what it told on the way stands.\n";

/** What is no verdict is not to look like one. */
const UNDECIDED: Readonly<Record<number, string>> = {
  [ExitCode.inconclusive]:
    "Can't tell: that says nothing about your change, for or against it. Check it once more.\n",
  [ExitCode.environment]: "The machine could not do it: that says nothing about your change.\n",
};

/** A claim as it may be told. */
export function inWords<C extends Pick<Claim, "id" | "sentence" | "unit">>(
  claim: C,
  words: Words,
): C {
  return { ...claim, sentence: words.claim(claim), unit: words.unit(claim.unit) };
}

/** The lab's own sentences in the words of the drill; those that would give it away are left out. */
function toldVerdict(yours: PlayedFix["yours"], words: Words): PlayedFix["yours"] {
  const { reason, ...rest } = yours;
  const [first] = reason?.split(". ") ?? [];
  const told = reason === undefined ? undefined : (words.text(reason) ?? words.text(`${first}.`));
  return {
    ...rest,
    ...(told !== undefined && { reason: told }),
    claims: yours.claims.map((claim) => inWords(claim, words)),
    notes: yours.notes.flatMap((note) => words.text(note) ?? []),
  };
}

/** For a script: a scenario's own verdict; of a drill what the words allow. */
function checkJson({ session, words }: Subject, played: PlayedFix): string {
  const { yours, verdict, broken, exitCode, folder } = played;
  if (!session) return verdictJson(verdict);
  const before = new Map(broken.map((claim) => [claim.id, claim.measured]));
  const told = toldVerdict(yours, words);
  const promises = told.claims.map((claim) => {
    const { id, sentence, ok, measured, relation, bound, boundHigh, unit, doubtful } = claim;
    const promised = { relation, bound, ...(boundHigh !== undefined && { boundHigh }), unit };
    const beside = { broken: before.get(id) ?? null, yours: measured, promised };
    return { says: sentence, ok, ...beside, ...(doubtful && { doubtful }) };
  });
  const { reason, notes, durationMs } = told;
  return plainJson({
    schema: "aftershock/check@1",
    ...{ check: Number(basename(folder)), drill: words.name, verdict: yours.verdict, exitCode },
    ...(reason !== undefined && { reason }),
    ...{ durationMs, promises, notes },
  });
}
