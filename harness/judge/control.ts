import { InconclusiveError } from "../errors.ts";
import { claimsOf, inDoubt, type Case, type Finding } from "./case.ts";
import { markDoubtful, undecided } from "./lateness.ts";
import type { Claim } from "./types.ts";

/**
 * Some claim of a true fix fails with a wrong one, and some claim of the failure where the fault is
 * left out; and each of the claims that the arm names, of either list, fails or holds as it says.
 * What lateness could have decided decides nothing.
 */
export function findingOfControl(judged: Case): Finding {
  const { loss, arm } = judged;
  const { kind, rejectedBy = [], upholds = [] } = arm;
  const noFault = kind === "no fault";
  const [own, other] = noFault ? (["broken", "fixed"] as const) : (["fixed", "broken"] as const);
  const made = claimsOf(judged, own);
  const beside = upholds.length > 0 ? claimsOf(judged, other) : [];
  const claims = markDoubtful([...made, ...besides(made, beside, upholds)], loss);
  if (undecided(claims.slice(0, made.length))) return inDoubt(claims, loss);
  if (made.every(({ ok }) => ok)) {
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

/** Claims of the other list that the arm upholds. Both lists may hold one claim, but one id is one claim. */
function besides(
  made: readonly Claim[],
  beside: readonly Claim[],
  upholds: readonly string[],
): readonly Claim[] {
  const twin = ({ id }: Claim) => made.find((claim) => claim.id === id);
  const two = beside.find((claim) => (twin(claim)?.sentence ?? claim.sentence) !== claim.sentence);
  if (two) {
    throw new InconclusiveError(
      "CLAIM_ID_TWICE",
      `"${two.id}" is one claim in \`broken\` and another in \`fixed\`.`,
    );
  }
  return beside.filter((claim) => upholds.includes(claim.id) && !twin(claim));
}
