import type { ArmVerdict } from "../judge/verdict-types.ts";
import { boundText, measuredText } from "../report/format.ts";

/** How an arm came out, and why: each claim that speaks for or against it, on a line of its own. */
export function toldArm(path: string, arm: ArmVerdict): string {
  // Of a wrong fix that was accepted all claims hold, and that is what is wrong.
  const said = arm.role === "control" ? arm.claims : arm.claims.filter(({ ok }) => !ok);
  const claims = said.map(
    (claim) =>
      `  ${claim.ok ? "holds" : "fails"}  ${claim.id}: ${claim.sentence}: ` +
      `measured ${measuredText(claim)}, should be ${boundText(claim)}`,
  );
  const reason = arm.reason ? ` (${arm.reason})` : "";
  return [`${path}, run ${arm.repeat}: ${arm.verdict}${reason}`, ...claims].join("\n");
}
