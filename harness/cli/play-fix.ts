import { copyFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { cacheFolder } from "../cache.ts";
import { appendEvent } from "../drill/events.ts";
import { writePatch } from "../drill/patch.ts";
import { placesOf } from "../drill/session.ts";
import { scratch } from "../engine/scratch.ts";
import { ExitCode } from "../errors.ts";
import { promisesOf } from "../judge/promises.ts";
import type { Claim } from "../judge/types.ts";
import type { ArmVerdict, Verdict } from "../judge/verdict-types.ts";
import type { Progress } from "../progress.ts";
import { lookEarly, type EarlyNo } from "../replay/early-look.ts";
import { judgeFolder, type JudgedRun } from "../replay/judge-folder.ts";
import { lastWords } from "../replay/last-words.ts";
import { replay } from "../replay/replay.ts";
import type { Built } from "../replay/run-arms.ts";
import type { Reporter } from "../report/reporter.ts";
import type { Fix } from "../scenario/fix.ts";
import type { Scenario } from "../scenario/load.ts";
import { stageFix } from "../scenario/stage-fix.ts";
import { withYours, YOURS } from "../scenario/yours.ts";
import type { Subject } from "./check-subject.ts";

export interface Playing {
  /** Folder for the run's folder; a drill's checks have one of their own. */
  readonly out: string;
  /** Least number that a drill's check is called by; it is one that is free. */
  readonly n?: number;
  /** Whether the broken arm is played though a record of it was kept. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Told of the arm `yours` alone. */
  readonly reporter?: Reporter;
  readonly built?: Built;
  /** Told of each promise that is broken for good, while the rest still runs. */
  readonly early: (no: EarlyNo) => void;
}

/** What a fix came to. */
export interface PlayedFix {
  readonly fix: string;
  /** Of the run. */
  readonly folder: string;
  readonly verdict: Verdict;
  readonly yours: ArmVerdict;
  /** The same promises held against the broken arm, and what is to be known of that. */
  readonly broken: readonly Claim[];
  readonly beside: readonly string[];
  readonly exitCode: number;
}

/**
 * Plays somebody's own fix as the arm `yours` beside the broken arm, through the story's whole drive,
 * and judges it by the claims that any right fix must meet. A drill's check is kept in its session.
 * @throws UsageError FIX_INVALID, before anything runs
 */
export async function playFix(subject: Subject, playing: Playing): Promise<PlayedFix> {
  const { scenario, session, workspace } = subject;
  const { signal, progress, reporter, built } = playing;
  await using folder = await scratch(join(cacheFolder(), "fixes"), "patch");
  const fix = await stageFix(await subject.read(folder.path), join(folder.path, "staged"));
  const patch = join(folder.path, "fix.patch");
  if (workspace) await writePatch(workspace, patch);
  const own = withYours(scenario, fix);
  using look = lookEarly(own.definition, playing.early);
  const { folder: run, verdict } = await replay({
    scenarios: [own],
    out: session ? placesOf(session.path).checks : resolve(playing.out),
    ...(session && { numbered: playing.n ?? 1, reports: false }),
    useKept: !playing.fresh,
    again: false, // who waits for the answer asks again herself
    ...{ signal, progress, reporter: ofYours(look, reporter) },
    ...(built && { built: ofYourImages(built) }),
  });
  if (workspace && existsSync(patch)) await copyFile(patch, join(run, "fix.patch"));
  const judged = await judgeFolder(run, [own]);
  const arms = verdict.scenarios.flatMap((one) => one.arms);
  const yours = await withLastWords(
    arms.find(({ name }) => name === YOURS)!,
    { ...judged, folder: run, services: servicesOf(fix, scenario) },
  );
  const beside = arms.find(({ role }) => role === "broken")?.notes ?? [];
  const broken = promisesOf(own.definition, judged.records[0] ?? []);
  const exitCode = exitCodeOfFix(yours, verdict);
  const played = { fix: fix.name, folder: run, verdict, yours, broken, beside, exitCode };
  if (session && !yours.interrupted) await keepInSession(session.path, subject, played);
  return played;
}

/** Of a fix that never came up: what its own services said comes before what the lab waited for. */
async function withLastWords(
  yours: ArmVerdict,
  {
    run,
    records,
    folder,
    services,
  }: Pick<JudgedRun, "run" | "records"> & {
    readonly folder: string;
    readonly services: readonly string[];
  },
): Promise<ArmVerdict> {
  const i = run.plan.findIndex(({ arm }) => arm === YOURS);
  const arm = run.plan[i];
  if (!arm || yours.verdict !== "not fixed") return yours;
  const said = await lastWords({ folder, arm, rows: records[i] ?? [] }, services);
  if (said === undefined) return yours;
  const { reason, notes } = yours;
  return { ...yours, reason: said, notes: [...(reason === undefined ? [] : [reason]), ...notes] };
}

/** The services that a fix changes; all that it could have, where it changes settings alone. */
function servicesOf(fix: Fix, scenario: Scenario): readonly string[] {
  const own = [...fix.places.flatMap(({ services }) => services), ...Object.keys(fix.services)];
  const { places = {} } = scenario.definition.fixable ?? {};
  return own.length > 0 ? own : Object.values(places).flatMap(({ services }) => services);
}

/** A check as the session tells of it: the debrief shows when it was, and what it came to. */
async function keepInSession(session: string, { words }: Subject, played: PlayedFix) {
  const { folder, exitCode, yours } = played;
  const n = Number(basename(folder));
  const broke = yours.claims.filter(({ ok }) => !ok).map(words.claim);
  const { verdict, durationMs } = yours;
  await appendEvent(session, "check", { n, verdict, exitCode, broke, durationMs });
  if (exitCode === ExitCode.ok) await appendEvent(session, "fixed", { n });
}

/** 0 fixed, 1 not fixed or doesn't build, 2 can't tell, 69 the machine, 75 something left behind. */
function exitCodeOfFix({ verdict }: ArmVerdict, { leftovers }: Verdict): number {
  if (leftovers.length > 0) return ExitCode.leftBehind;
  if (verdict === "fixed") return ExitCode.ok;
  if (verdict === "not fixed") return ExitCode.claimFailed;
  return verdict === "environment" ? ExitCode.environment : ExitCode.inconclusive;
}

const ofYourImages =
  (built: Built): Built =>
  async (job, ...rest) =>
    job.arm === YOURS ? built(job, ...rest) : undefined;

/** Tells of the arm `yours` alone, and has its rows looked at. */
function ofYours(look: ReturnType<typeof lookEarly>, reporter: Reporter = {}): Reporter {
  return {
    row(run, row) {
      if (run.arm !== YOURS) return;
      look.row(row);
      reporter.row?.(run, row);
    },
    phase(run, name) {
      if (run.arm === YOURS) reporter.phase?.(run, name);
    },
    note: (line) => reporter.note?.(line),
  };
}
