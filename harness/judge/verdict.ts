import { ExitCode, ScenarioError } from "../errors.ts";
import type { EngineFacts, HeadRow, Row } from "../record/schema.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { judgeArm } from "./arm.ts";
import { armOf, headFault, withoutRecord, type Planned } from "./planned.ts";
import { headOf } from "./rows.ts";
import { wilsonInterval } from "./statistics.ts";
import type { ArmVerdict, Rate, ScenarioVerdict, Verdict } from "./verdict-types.ts";

export { judgeArm } from "./arm.ts";

/** What the judge must know of a run besides its records. */
export interface RunFacts {
  /** "running" of a run that is judged means that it never came to its end. */
  readonly status?: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly engine: EngineFacts;
  readonly leftovers: readonly string[];
  /** Why nobody could look for leftovers, where that is so. */
  readonly unaudited?: string | undefined;
}

interface Judged {
  readonly head: HeadRow;
  readonly rows: readonly Row[];
  readonly remark: string | undefined;
}

/**
 * The verdict on a run: scenarios in the order of their map (those without a record left out),
 * arms in the order of their definition, repeats ascending. The same input gives the same
 * document, however its records are ordered. With a `plan` the n-th record must be of its n-th
 * arm: one that is not costs that arm, which is then inconclusive.
 * @throws ScenarioError for the record of a scenario that is not in the map
 * @throws InconclusiveError for a record that does not begin with its head, if there is no plan
 */
export function judgeRun(input: {
  readonly run: RunFacts;
  readonly scenarios: ReadonlyMap<string, ScenarioDefinition>;
  readonly records: readonly (readonly Row[])[];
  readonly plan?: readonly Planned[];
  /** What a reader must know of a record besides, in their order. */
  readonly remarks?: readonly (string | undefined)[];
}): Verdict {
  const { run, scenarios, plan } = input;
  const records = input.records
    .map((rows, i) => asPlanned(rows, plan?.[i], run))
    .map((rows, i) => ({ head: headOf(rows), rows, remark: input.remarks?.[i] }));
  checkKnown(records, scenarios);
  const verdicts = [...scenarios.values()]
    .map((definition) => judgeScenario(definition, records))
    .filter(({ arms }) => arms.length > 0);
  const unfinished = run.status === "running";
  const asClaimed = verdicts.length > 0 && verdicts.every(({ ok }) => ok);
  return {
    schema: "aftershock/verdict@1",
    ok: asClaimed && run.leftovers.length === 0 && !unfinished && run.unaudited === undefined,
    ...(unfinished && { unfinished: true as const }),
    ...(run.unaudited !== undefined && { unaudited: run.unaudited }),
    startedAt: run.startedAt,
    durationMs: run.durationMs,
    engine: { ...run.engine },
    leftovers: [...run.leftovers],
    scenarios: verdicts,
  };
}

/**
 * The process's exit code for a verdict. Of several troubles the one that a reader must act on
 * first: what was left behind on the machine (75); then a claim that failed (1), which no
 * trouble with other arms can undo; then the environment (69), which may well be what left
 * other arms inconclusive (2). A run that judged nothing, or never ended, is inconclusive.
 */
export function exitCodeOf(verdict: Verdict): number {
  const failed = verdict.scenarios.flatMap(({ arms }) => arms).filter(({ ok }) => !ok);
  const words = new Set(failed.map((arm) => arm.verdict));
  if (verdict.leftovers.length > 0) return ExitCode.leftBehind;
  if (verdict.ok) return ExitCode.ok;
  if (failed.some((arm) => decided(arm))) return ExitCode.claimFailed;
  const ofTheMachine = words.has("environment") || verdict.unaudited !== undefined;
  return ofTheMachine ? ExitCode.environment : ExitCode.inconclusive;
}

/** The record, if it is of the planned arm; else one that says why it is not judged. */
function asPlanned(
  rows: readonly Row[],
  planned: Planned | undefined,
  run: RunFacts,
): readonly Row[] {
  if (!planned) return rows;
  const [head] = rows;
  const fault = head?.type === "head" ? headFault(head, planned) : "does not begin with its head.";
  return fault === undefined ? rows : withoutRecord(planned, run, `The record ${fault}`);
}

function judgeScenario(
  definition: ScenarioDefinition,
  records: readonly Judged[],
): ScenarioVerdict {
  const order = Object.keys(definition.arms);
  const own = records
    .filter(({ head }) => head.scenario === definition.id)
    .toSorted((a, b) => place(order, a) - place(order, b) || a.head.repeat - b.head.repeat);
  const brokenFor = brokenRunsOf(definition, own);
  const arms = own.map(({ head, rows, remark }) => {
    const arm = judgeArm(definition, rows, brokenFor(head)?.rows);
    return remark === undefined ? arm : { ...arm, notes: [...arm.notes, remark] };
  });
  // Who was interrupted, or never had his turn, says nothing of how often an arm comes out.
  const told = arms.filter(({ interrupted }) => !interrupted);
  const runs = [...Map.groupBy(told, ({ name }) => name).values()];
  return {
    id: definition.id,
    ok: arms.every(({ ok }) => ok),
    arms,
    flaky: runs.filter(flaky).map(([first]) => first!.name),
    rates: runs.filter(({ length }) => length > 1).map(rateOf),
  };
}

/** Gives the run of the broken arm that one is held against: of the same repeat, else the first. */
function brokenRunsOf(
  definition: ScenarioDefinition,
  records: readonly Judged[],
): (head: HeadRow) => Judged | undefined {
  const { arms } = definition;
  const firstBroken = Object.keys(arms).find((name) => arms[name]!.role === "broken");
  const runs = Map.groupBy(records, ({ head }) => head.arm);
  const byRepeat = Map.groupBy(records, ({ head }) => `${head.repeat} ${head.arm}`);
  return ({ arm, repeat }) => {
    const against = armOf(definition, arm)?.against ?? firstBroken;
    if (against === undefined) return undefined;
    return (byRepeat.get(`${repeat} ${against}`) ?? runs.get(against))?.[0];
  };
}

/** Runs that trouble of the environment kept from saying anything are left out. */
function rateOf(runs: readonly ArmVerdict[]): Rate {
  const told = runs.filter(({ verdict }) => verdict !== "environment");
  const ok = told.filter((run) => run.ok).length;
  return { arm: runs[0]!.name, ok, of: told.length, ...wilsonInterval(ok, told.length) };
}

function flaky(runs: readonly ArmVerdict[]): boolean {
  const told = runs.filter(({ verdict }) => verdict !== "environment");
  return new Set(told.map(({ verdict, ok }) => `${verdict} ${ok}`)).size > 1;
}

const decided = ({ verdict }: ArmVerdict) =>
  verdict !== "environment" && verdict !== "inconclusive";

/** Arms that the definition no longer has come last. */
function place(order: readonly string[], { head }: Judged): number {
  const index = order.indexOf(head.arm);
  return index < 0 ? order.length : index;
}

function checkKnown(
  records: readonly Judged[],
  scenarios: ReadonlyMap<string, ScenarioDefinition>,
): void {
  const unknown = records.find(({ head }) => !scenarios.has(head.scenario));
  if (!unknown) return;
  throw new ScenarioError(
    "UNKNOWN_SCENARIO",
    `There is no scenario "${unknown.head.scenario}" to judge its record by.`,
  );
}
