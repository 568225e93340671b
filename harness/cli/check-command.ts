import { join, resolve } from "node:path";
import { cacheFolder } from "../cache.ts";
import { scratch } from "../engine/scratch.ts";
import { ExitCode, UsageError } from "../errors.ts";
import type { Claim } from "../judge/types.ts";
import type { ArmVerdict, Verdict } from "../judge/verdict-types.ts";
import { judgeFolder } from "../replay/judge-folder.ts";
import { replay } from "../replay/replay.ts";
import { verdictJson } from "../report/index.ts";
import { fixTable } from "../report/terminal/fix-table.ts";
import { promisesOf } from "../judge/promises.ts";
import { fixOfPatch, readFix } from "../scenario/fix.ts";
import { loadScenarios, type Scenario } from "../scenario/load.ts";
import { stageFix } from "../scenario/stage-fix.ts";
import { withYours, YOURS } from "../scenario/yours.ts";
import { stderrProgress } from "./progress.ts";

export interface CheckRequest {
  readonly id: string;
  /** Either a fix's folder, or a patch. */
  readonly dir?: string;
  readonly patch?: string;
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
 * Runs somebody's own fix as the arm `yours` beside the broken arm, through the story's whole drive,
 * and judges it by the claims that any right fix must meet.
 * @throws UsageError FIX_INVALID, before anything runs
 */
export async function checkFix(request: CheckRequest): Promise<Checked> {
  const { id, out, fresh, json, columns, signal } = request;
  const [scenario] = await loadScenarios([id]);
  await using folder = await scratch(join(cacheFolder(), "fixes"), "patch");
  const read = await readFix(await folderOf(request, scenario!, folder.path), scenario!.definition);
  const fix = await stageFix(read, join(folder.path, "staged"));
  const own = withYours(scenario!, fix);
  const options = { scenarios: [own], out: resolve(out), useKept: !fresh, signal };
  const { folder: run, verdict } = await replay({ ...options, progress: stderrProgress });
  const { records } = await judgeFolder(run, [own]);
  const arms = verdict.scenarios.flatMap((one) => one.arms);
  const yours = arms.find(({ name }) => name === YOURS)!;
  const beside = arms.find(({ role }) => role === "broken")?.notes ?? [];
  const broken: readonly Claim[] = promisesOf(own.definition, records[0] ?? []);
  const told = { scenario: own.definition.id, name: fix.name, verdict: yours, broken, beside };
  return {
    text: json ? verdictJson(verdict) : fixTable(told, columns),
    exitCode: exitCodeOfFix(yours, verdict),
  };
}

async function folderOf(
  { dir, patch }: Pick<CheckRequest, "dir" | "patch">,
  { definition }: Scenario,
  parent: string,
): Promise<string> {
  if (dir !== undefined && patch === undefined) return resolve(dir);
  if (patch !== undefined && dir === undefined)
    return fixOfPatch(patch, definition, join(parent, "patch"));
  throw new UsageError("BAD_FLAG", "A fix is given either by --dir or by --patch.", {
    hint: "docs/fixes.md says how a fix is written.",
  });
}

/** 0 fixed, 1 not fixed or doesn't build, 2 can't tell, 69 the machine, 75 something left behind. */
function exitCodeOfFix({ verdict }: ArmVerdict, { leftovers }: Verdict): number {
  if (leftovers.length > 0) return ExitCode.leftBehind;
  if (verdict === "fixed") return ExitCode.ok;
  if (verdict === "not fixed") return ExitCode.claimFailed;
  return verdict === "environment" ? ExitCode.environment : ExitCode.inconclusive;
}
