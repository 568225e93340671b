import { InconclusiveError } from "../errors.ts";
import { MALFORMED, type Row } from "../record/schema.ts";
import type { Arm, ScenarioDefinition } from "../scenario/types.ts";
import { heardClaims } from "./claim.ts";
import { evidenceOf } from "./evidence.ts";
import { markDoubtful, toldLoss, undecided } from "./lateness.ts";
import { lossOf, type Loss } from "./loss.ts";
import { jobNotDone } from "./job.ts";
import { armOf } from "./planned.ts";
import { headOf, only } from "./rows.ts";
import { soundClaims, soundFigures, soundGuards, wordsOf } from "./sound.ts";
import { totalsOf } from "./totals.ts";
import type { Claim, Evidence, Figure, VerdictWord } from "./types.ts";
import type { ArmVerdict } from "./verdict-types.ts";

/** What the evidence of one arm comes to. */
interface Finding {
  readonly verdict: VerdictWord;
  readonly ok: boolean;
  readonly claims: readonly Claim[];
  readonly reason?: string;
  readonly note?: string | undefined;
}

/** Somebody's own fix is none of the scenario's arms. */
const yours: Arm = { role: "yours" };

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
    ? findingOf(definition, arm, evidence, loss, record, broken)
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
    ...(isInterrupted(record) && { interrupted: true as const }),
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

function findingOf(
  definition: ScenarioDefinition,
  arm: Arm,
  evidence: Evidence,
  loss: Loss,
  record: readonly Row[],
  broken: readonly Row[] | undefined,
): Finding {
  const early = endedEarly(record);
  if (early) return early;
  const undone = jobNotDone(record);
  if (undone) return findingOfUndone(definition, arm, evidence, loss, undone, record);
  try {
    checkGuards(definition, evidence);
    if (arm.role === "fixed" || arm.role === "yours") {
      return findingOfFix(definition, evidence, loss, broken);
    }
    if (arm.role === "control") return findingOfControl(definition, evidence, loss, arm);
    return findingOfFault(definition, evidence, loss, arm);
  } catch (error) {
    return inconclusive(messageOf(error));
  }
}

/**
 * Of a system under test that doesn't do its job: no failure is reproduced by that, and nothing
 * fixed. Claims that had failed by then are told, too.
 */
function findingOfUndone(
  definition: ScenarioDefinition,
  arm: Arm,
  evidence: Evidence,
  loss: Loss,
  undone: Claim,
  record: readonly Row[],
): Finding {
  const fix = arm.role === "fixed" || arm.role === "yours" || arm.role === "control";
  const made = fix ? heardClaims(() => definition.judge.fixed(evidence)) : [];
  const failed = made.filter(({ ok }) => !ok);
  const claims = markDoubtful([undone, ...failed], loss);
  if (undecided(claims)) return inDoubt(claims, loss);
  const reason = `The job is not done. ${reasonOf(record) ?? "The drive could not go on."}`;
  if (arm.role !== "control")
    return { verdict: fix ? "not fixed" : "not reproduced", ok: false, claims, reason };
  const noFault = arm.kind === "no fault";
  const { rejectedBy = [] } = arm;
  const named = rejectedBy.every((id) => claims.some((claim) => claim.id === id));
  const verdict = noFault ? "not reproduced" : "rejected";
  return { verdict, ok: !noFault && named, claims, reason };
}

/** A broken arm must reproduce; a probe may, or not. */
function findingOfFault(
  definition: ScenarioDefinition,
  evidence: Evidence,
  loss: Loss,
  arm: Arm,
): Finding {
  const claims = markDoubtful(claimsOf(definition, "broken", evidence), loss);
  if (undecided(claims)) return inDoubt(claims, loss);
  const reproduced = claims.every(({ ok }) => ok);
  const ok = reproduced || arm.role === "probe";
  return { verdict: reproduced ? "reproduced" : "not reproduced", ok, claims };
}

/**
 * Some claim of a true fix fails with a wrong one, and some claim of the failure where the fault is
 * left out; and each of the claims that the arm names, of either list, fails or holds as it says.
 * What lateness could have decided decides nothing.
 */
function findingOfControl(
  definition: ScenarioDefinition,
  evidence: Evidence,
  loss: Loss,
  { kind, rejectedBy = [], upholds = [] }: Arm,
): Finding {
  const noFault = kind === "no fault";
  const [own, other] = noFault ? (["broken", "fixed"] as const) : (["fixed", "broken"] as const);
  const judged = claimsOf(definition, own, evidence);
  const beside = upholds.length > 0 ? claimsOf(definition, other, evidence) : [];
  const claims = markDoubtful([...judged, ...besides(judged, beside, upholds)], loss);
  if (undecided(claims.slice(0, judged.length))) return inDoubt(claims, loss);
  if (judged.every(({ ok }) => ok)) {
    return { verdict: noFault ? "reproduced" : "accepted", ok: false, claims };
  }
  const idsThat = (hold: boolean) => claims.filter(({ ok }) => ok === hold).map(({ id }) => id);
  const [held, failed] = [idsThat(true), idsThat(false)];
  const astray = [
    ...rejectedBy.filter((id) => !failed.includes(id)),
    ...upholds.filter((id) => !held.includes(id)),
  ];
  const named = claims.filter(({ id }) => rejectedBy.includes(id) || upholds.includes(id));
  const open = named.filter(({ doubtful }) => doubtful).map(({ id }) => id);
  if (open.length > 0 && astray.every((id) => open.includes(id))) return inDoubt(claims, loss);
  const note = `Turned down, but not as it should be: ${astray.join(", ")}.`;
  const ok = astray.length === 0;
  const verdict = noFault ? "not reproduced" : "rejected";
  return { verdict, ok, claims, note: ok ? undefined : note };
}

function findingOfFix(
  definition: ScenarioDefinition,
  evidence: Evidence,
  loss: Loss,
  broken: readonly Row[] | undefined,
): Finding {
  const own = claimsOf(definition, "fixed", evidence);
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

/** The broken run's evidence, if that run can be judged itself. */
function comparableTo(definition: ScenarioDefinition, broken: readonly Row[]): Evidence {
  try {
    const early = endedEarly(broken);
    if (early) throw new InconclusiveError("NO_CONTRAST", early.reason ?? "");
    const evidence = evidenceOf(broken, definition);
    checkGuards(definition, evidence);
    return evidence;
  } catch (cause) {
    const message = `The broken run to compare with is of no use. ${messageOf(cause)}`;
    throw new InconclusiveError("NO_CONTRAST", message, { cause });
  }
}

/** Of a record that does not tell of a whole run. */
function endedEarly(record: readonly Row[]): Finding | undefined {
  const tail = record.at(-1);
  if (tail?.type !== "tail") return inconclusive("The record was cut off.");
  const { outcome, reason } = tail;
  if (outcome === "environment") {
    const verdict = "environment";
    return { verdict, ok: false, claims: [], reason: reason ?? "The machine could not do it." };
  }
  if (outcome === "interrupted") return inconclusive(reason ?? "The run was interrupted.");
  if (outcome === "inconclusive") return inconclusive(reason ?? "The drive came to no end.");
  return undefined;
}

/**
 * Throws InconclusiveError for evidence that is not fit to be judged. Of every scenario it must show
 * a healthy system at first, and that load was put on it; the scenario's guards say the rest.
 */
function checkGuards(definition: ScenarioDefinition, evidence: Evidence): void {
  const asked = new Set(definition.loads);
  const load: Evidence["load"] = (name, during) => {
    asked.add(name);
    return evidence.load(name, during);
  };
  const guards = [
    { what: "a healthy system at first", ok: evidence.hasPhase("baseline") },
    ...soundGuards(definition.judge.guards({ ...evidence, load })),
    {
      what: "that a load was applied which a guard asks for",
      ok: [...asked].some((name) => evidence.load(name) > 0),
    },
  ];
  const failed = guards.filter(({ ok }) => !ok).map(({ what }) => what);
  if (failed.length === 0) return;
  throw new InconclusiveError("GUARD_FAILED", `The record does not show: ${failed.join("; ")}.`);
}

function reasonOf(record: readonly Row[]): string | undefined {
  const tail = record.at(-1);
  return tail?.type === "tail" ? tail.reason : undefined;
}

function isInterrupted(record: readonly Row[]): boolean {
  const tail = record.at(-1);
  return tail?.type === "tail" && tail.outcome === "interrupted";
}

function figuresOf(
  definition: ScenarioDefinition,
  evidence: Evidence,
  verdict: VerdictWord,
): { readonly figures: Record<string, Figure>; readonly note?: string } {
  if (verdict === "environment" || !evidence.hasPhase("baseline")) return { figures: {} };
  try {
    return { figures: soundFigures(definition.judge.figures(evidence)) };
  } catch (error) {
    return { figures: {}, note: `Figures are left out. ${messageOf(error)}` };
  }
}

/** What stood still is told though it decides nothing: times in the containers' logs may be odd. */
function stallNote(loss: Loss): string | undefined {
  const { waiting: _, ...stalls } = loss.by;
  return Object.values(stalls).some((ms) => ms > 0) ? `${toldLoss(loss)}.` : undefined;
}

/** A claim as the verdict tells it: without what only the judge must know. */
function outcomeOf(claim: Claim): ArmVerdict["claims"][number] {
  const { lateness: _, during: __, ...told } = claim;
  return told;
}

function inDoubt(claims: readonly Claim[], loss: Loss): Finding {
  const doubtful = claims.filter((claim) => claim.doubtful).map(({ id }) => id);
  const reason = `${toldLoss(loss)}. That may have decided ${doubtful.join(", ")}.`;
  return { verdict: "inconclusive", ok: false, claims, reason };
}

/** What a container said and nobody could take: the journal counts in powers of ten. */
function malformedNote(record: readonly Row[]): string | undefined {
  const last = only(record, "observation").findLast(({ name }) => name === MALFORMED);
  return last && `Malformed lines of its containers were left out: ${String(last.value)} at least.`;
}

/** Without a claim nothing can be shown, though every claim of none holds. */
function claimsOf(
  { judge }: ScenarioDefinition,
  list: "broken" | "fixed",
  evidence: Evidence,
): readonly Claim[] {
  const claims = soundClaims(judge[list](evidence), list);
  if (claims.length > 0) return claims;
  throw new InconclusiveError("NO_CLAIM", "The scenario makes no claim here.");
}

/** Claims of the other list that the arm upholds. Both lists may hold one claim, but one id is one claim. */
function besides(
  judged: readonly Claim[],
  beside: readonly Claim[],
  upholds: readonly string[],
): readonly Claim[] {
  const twin = ({ id }: Claim) => judged.find((claim) => claim.id === id);
  const two = beside.find((claim) => (twin(claim)?.sentence ?? claim.sentence) !== claim.sentence);
  if (two) {
    throw new InconclusiveError(
      "CLAIM_ID_TWICE",
      `"${two.id}" is one claim in \`broken\` and another in \`fixed\`.`,
    );
  }
  return beside.filter((claim) => upholds.includes(claim.id) && !twin(claim));
}

function inconclusive(reason: string): Finding {
  return { verdict: "inconclusive", ok: false, claims: [], reason };
}

function messageOf(error: unknown): string {
  const words = wordsOf(error);
  return isOurs(error) ? words : `The scenario's judge failed: ${words}`;
}

function isOurs(error: unknown): boolean {
  try {
    return error instanceof InconclusiveError;
  } catch {
    return false; // who throws a proxy may be asked nothing
  }
}
