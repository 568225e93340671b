import { InconclusiveError } from "../errors.ts";
import type { Row } from "../record/schema.ts";
import type { ScenarioDefinition } from "../scenario/types.ts";
import { endedEarly } from "./ended.ts";
import { evidenceOf } from "./evidence.ts";
import { checkGuards } from "./guards.ts";
import { tailOf } from "./rows.ts";
import { troubleOf } from "./sound.ts";
import type { Evidence } from "./types.ts";

/**
 * The evidence of a broken run that a fixed one can be compared with.
 * @throws InconclusiveError NO_CONTRAST if that run can't be judged itself, or did not do its job:
 *   then it did not fail as the story says
 */
export function comparableTo(definition: ScenarioDefinition, broken: readonly Row[]): Evidence {
  try {
    const early = endedEarly(broken);
    if (early) throw new InconclusiveError("NO_CONTRAST", early.reason ?? "");
    const tail = tailOf(broken);
    if (tail?.outcome === "job-not-done") {
      throw new InconclusiveError("NO_CONTRAST", `It did not do its job. ${tail.reason ?? ""}`);
    }
    const evidence = evidenceOf(broken, definition);
    checkGuards(definition, evidence);
    return evidence;
  } catch (cause) {
    const message = `The broken run to compare with is of no use. ${troubleOf(cause)}`.trimEnd();
    throw new InconclusiveError("NO_CONTRAST", message, { cause });
  }
}
