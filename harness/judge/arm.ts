import { MALFORMED, type Row } from "../record/schema.ts";
import type { Arm, ScenarioDefinition } from "../scenario/types.ts";
import { inconclusive } from "./case.ts";
import { evidenceOf } from "./evidence.ts";
import { findingOf } from "./finding.ts";
import { toldLoss } from "./lateness.ts";
import { lossOf, type Loss } from "./loss.ts";
import { armOf } from "./planned.ts";
import { headOf, only, tailOf } from "./rows.ts";
import { soundFigures, troubleOf } from "./sound.ts";
import { totalsOf } from "./totals.ts";
import type { Claim, Evidence, Figure, VerdictWord } from "./types.ts";
import type { ArmVerdict } from "./verdict-types.ts";

/**
 * The verdict on one run of one arm. What a scenario's functions throw makes the verdict
 * `inconclusive`, with the message as its reason; figures that throw are left out, with a note.
 *
 * `broken` is the record that `contrast` compares a fixed arm with, from the same run. Where
 * there is none the arm is judged by its own claims, and a note says so.
 */
export function judgeArm(
  definition: ScenarioDefinition,
  record: readonly Row[],
  broken?: readonly Row[],
): ArmVerdict {
  const head = headOf(record);
  const arm = armOf(definition, head.arm) ?? (head.role === "yours" ? yours : undefined);
  const evidence = evidenceOf(record, definition);
  const loss = lossOf(record);
  const finding = arm
    ? findingOf({ definition, arm, record, evidence, loss, broken })
    : inconclusive(`The scenario has no arm "${head.arm}" any more.`);
  const told = figuresOf(definition, evidence, finding.verdict);
  const { cpuMs, sampling } = totalsOf(record);
  return {
    name: head.arm,
    role: arm?.role ?? head.role,
    ...(arm?.role === "control" && { kind: arm.kind ?? "wrong fix" }),
    ...(arm?.why !== undefined && { why: arm.why }),
    repeat: head.repeat,
    verdict: finding.verdict,
    ok: finding.ok,
    ...(tailOf(record)?.outcome === "interrupted" && { interrupted: true as const }),
    ...(finding.disturbed && { disturbed: true as const }),
    ...(finding.reason !== undefined && { reason: finding.reason }),
    notes: [finding.note, told.note, stallNote(loss), malformedNote(record)].filter(
      (note) => note !== undefined,
    ),
    durationMs: record.at(-1)?.t ?? 0,
    cpuMs,
    figures: told.figures,
    claims: finding.claims.map(outcomeOf),
    ...(arm?.rejectedBy && { rejectedBy: [...arm.rejectedBy] }),
    sampling,
  };
}

/** Somebody's own fix is none of the scenario's arms. */
const yours: Arm = { role: "yours" };

function figuresOf(
  definition: ScenarioDefinition,
  evidence: Evidence,
  verdict: VerdictWord,
): { readonly figures: Record<string, Figure>; readonly note?: string } {
  if (verdict === "environment" || !evidence.hasPhase("baseline")) return { figures: {} };
  try {
    return { figures: soundFigures(definition.judge.figures(evidence)) };
  } catch (error) {
    return { figures: {}, note: `Figures are left out. ${troubleOf(error)}` };
  }
}

/** What stood still is told though it decides nothing: times in the containers' logs may be odd. */
function stallNote(loss: Loss): string | undefined {
  const { waiting: _, slowness: __, ...stalls } = loss.by;
  return Object.values(stalls).some((ms) => ms > 0) ? `${toldLoss(loss)}.` : undefined;
}

/** A claim as the verdict tells it: without what only the judge must know. */
function outcomeOf(claim: Claim): ArmVerdict["claims"][number] {
  const { lateness: _, during: __, ...told } = claim;
  return told;
}

/** What a container said and nobody could take: the journal counts in powers of ten. */
function malformedNote(record: readonly Row[]): string | undefined {
  const last = only(record, "observation").findLast(({ name }) => name === MALFORMED);
  return last && `Malformed lines of its containers were left out: ${String(last.value)} at least.`;
}
