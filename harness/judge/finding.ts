import { heardClaims } from "./claim.ts";
import { claimsOf, inconclusive, inDoubt, type Case, type Finding } from "./case.ts";
import { comparableTo } from "./contrast.ts";
import { findingOfControl } from "./control.ts";
import { endedEarly } from "./ended.ts";
import { checkGuards } from "./guards.ts";
import { jobNotDone } from "./job.ts";
import { markDoubtful, undecided } from "./lateness.ts";
import { tailOf } from "./rows.ts";
import { isOurs, soundClaims, troubleOf } from "./sound.ts";
import type { Claim } from "./types.ts";

/** What a case comes to, by the arm's role; never throws for what a scenario's functions throw. */
export function findingOf(judged: Case): Finding {
  const { definition, arm, record, evidence } = judged;
  const early = endedEarly(record);
  if (early) return early;
  const undone = jobNotDone(record);
  if (undone) return findingOfUndone(judged, undone);
  try {
    checkGuards(definition, evidence);
    if (arm.role === "fixed" || arm.role === "yours") return findingOfFix(judged);
    return arm.role === "control" ? findingOfControl(judged) : findingOfFault(judged);
  } catch (error) {
    const disturbed = isOurs(error) && error.code === "GAPS";
    return { ...inconclusive(troubleOf(error)), disturbed };
  }
}

/**
 * Of a system under test that doesn't do its job: no failure is reproduced by that, and nothing
 * fixed. Claims that had failed by then are told, too.
 */
function findingOfUndone(
  { definition, arm, evidence, loss, record }: Case,
  undone: Claim,
): Finding {
  const fix = arm.role === "fixed" || arm.role === "yours" || arm.role === "control";
  const made = fix ? heardClaims(() => definition.judge.fixed(evidence)) : [];
  const failed = made.filter(({ ok }) => !ok);
  const claims = markDoubtful([undone, ...failed], loss);
  const reason = `The job is not done. ${tailOf(record)?.reason ?? "The drive could not go on."}`;
  if (undecided(claims)) {
    const doubt = inDoubt(claims, loss);
    return { ...doubt, reason: `${reason.replace(/[^.]$/, "$&.")} ${doubt.reason}` };
  }
  if (arm.role !== "control")
    return { verdict: fix ? "not fixed" : "not reproduced", ok: false, claims, reason };
  const noFault = arm.kind === "no fault";
  const { rejectedBy = [] } = arm;
  const named = rejectedBy.every((id) => claims.some((claim) => claim.id === id));
  const verdict = noFault ? "not reproduced" : "rejected";
  return { verdict, ok: !noFault && named, claims, reason };
}

/** A broken arm must reproduce; a probe may, or not. */
function findingOfFault(judged: Case): Finding {
  const { arm, loss } = judged;
  const claims = markDoubtful(claimsOf(judged, "broken"), loss);
  if (undecided(claims)) return inDoubt(claims, loss);
  const reproduced = claims.every(({ ok }) => ok);
  const ok = reproduced || arm.role === "probe";
  return { verdict: reproduced ? "reproduced" : "not reproduced", ok, claims };
}

function findingOfFix(judged: Case): Finding {
  const { definition, evidence, loss, broken } = judged;
  const own = claimsOf(judged, "fixed");
  const compare = definition.judge.contrast;
  const comparable = compare && broken && own.every(({ ok }) => ok);
  const contrast = comparable ? compare(comparableTo(definition, broken), evidence) : [];
  const all = soundClaims([...own, ...soundClaims(contrast, "contrast")], "fixed");
  const claims = markDoubtful(all, loss);
  if (undecided(claims)) return inDoubt(claims, loss);
  const ok = claims.every((claim) => claim.ok);
  const note =
    compare && !broken ? "Not compared with a broken arm: none was run beside it." : undefined;
  return { verdict: ok ? "fixed" : "not fixed", ok, claims, note };
}
