import type { ArmVerdict, ScenarioVerdict } from "../judge/verdict-types.ts";
import { pairOf } from "../scenario/pair.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { formatFigure, formatTimes } from "./format.ts";
import { claimText, hasBegun, tellingClaim } from "./telling.ts";

/** What became of one arm of the pair, in few words. */
export interface Told {
  readonly arm: ArmVerdict;
  /** "failed" or "held" where it did what it is there for, else its verdict. */
  readonly word: string;
  readonly how: string;
  /** The figure that says by how much; nothing where the arm has none. */
  readonly figure: string;
}

/** An incident as its pair tells it. Either is undefined where it was not played. */
export interface ToldIncident {
  readonly id: string;
  readonly title: string;
  readonly failed: Told | undefined;
  readonly held: Told | undefined;
  /** The fixed arm's figure beside the broken one's: "52× less"; nothing where that says nothing. */
  readonly change: string;
}

/** Of several runs of an arm the first that is not as claimed is told, else the first. */
export function tellIncident(
  { id, arms }: Pick<ScenarioVerdict, "id" | "arms">,
  definition: ScenarioDefinition | undefined,
): ToldIncident {
  const headline = definition?.headline;
  const [broken, fixed] = (definition ? pairOf(definition) : []).map((name) => {
    const runs = arms.filter((arm) => arm.name === name && hasBegun(arm));
    return runs.find(({ ok }) => !ok) ?? runs[0];
  });
  const told = (arm: ArmVerdict, word: string, how: string | undefined): Told => {
    const figure = headline && arm.figures[headline.figure];
    const told = arm.ok && figure ? how : undefined;
    return {
      arm,
      word: arm.ok ? word : arm.verdict,
      how: told ?? howOf(arm),
      figure: figure ? formatFigure(figure) : "",
    };
  };
  return {
    id,
    title: definition?.title ?? "",
    failed: broken && told(broken, "failed", headline?.failed),
    held: fixed && told(fixed, "held", headline?.held),
    change: changeOf(broken, fixed, headline?.figure),
  };
}

/** By what it was judged, where the scenario has no words of its own for it. */
function howOf(arm: ArmVerdict): string {
  const claim = tellingClaim(arm);
  return claim === undefined ? (arm.reason ?? "") : `${claim.sentence}: ${claimText(claim)}`;
}

function changeOf(broken?: ArmVerdict, fixed?: ArmVerdict, key = ""): string {
  const before = broken?.figures[key];
  const after = fixed?.figures[key];
  if (!before || !after || before.unit !== after.unit) return "";
  return formatTimes(before.value, after.value);
}
