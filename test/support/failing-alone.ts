import { beforeAll, describe, expect, test } from "vitest";
import { judgeArm } from "../../harness/judge/verdict.ts";
import type { ScenarioDefinition } from "../../harness/scenario/types.ts";
import { exampleOf } from "./example-run.ts";
import type { Change } from "./spans.ts";
import { judged, undisturbed, type Rows } from "./tampered.ts";

/** A claim, and one thing put otherwise that it alone speaks of. */
export type Otherwise = readonly [claim: string, what: string, change: Change];

/**
 * That an arm of the example run shows the failure, and that each claim of it fails alone where only
 * that is put otherwise. `together`: claims that are implied by others, and fail with those.
 */
export function eachFailsAlone(
  scenario: ScenarioDefinition,
  arm: string,
  otherwise: readonly Otherwise[],
  together: readonly (readonly [claim: string, others: readonly string[], change: Change])[] = [],
): void {
  describe(`what ${arm} left`, () => {
    let rows: Rows;
    beforeAll(async () => {
      rows = await recordOf(scenario, arm);
    });

    test("is the failure, and each of its claims has its turn here", () => {
      const { verdict, claims } = judgeArm(scenario, rows);
      expect(verdict).toBe("reproduced");
      const ids = [...otherwise, ...together].map(([id]) => id);
      expect(new Set(ids)).toEqual(new Set(claims.map(({ id }) => id)));
    });

    test.each(otherwise)("%s fails alone: %s", (id, _, change) => {
      expect(judged(scenario, change(rows))).toEqual({ verdict: "not reproduced", failed: [id] });
    });

    test.each(together)("%s fails with %j alone", (id, others, change) => {
      const { verdict, failed } = judged(scenario, change(rows));
      expect(verdict).toBe("not reproduced");
      expect(new Set(failed)).toEqual(new Set([id, ...others]));
    });
  });
}

/** A claim of the contrast, and the broken run, had it been less bad by just so much. */
export type LessBad = readonly [
  claim: string,
  what: string,
  change: (broken: Rows, fixed: Rows) => Rows,
];

/** That a fix of the example run holds against the failure, and that each claim of the contrast fails alone. */
export function eachContrastFailsAlone(
  scenario: ScenarioDefinition,
  [fix, fault]: readonly [fix: string, fault: string],
  lessBad: readonly LessBad[],
): void {
  describe(`${fix} held against ${fault}`, () => {
    let broken: Rows;
    let fixed: Rows;
    beforeAll(async () => {
      broken = await recordOf(scenario, fault);
      fixed = await recordOf(scenario, fix);
    });

    test("is fixed, and each claim of the contrast has its turn here", () => {
      expect(judged(scenario, fixed, broken)).toEqual({ verdict: "fixed", failed: [] });
      const own = new Set(judgeArm(scenario, fixed).claims.map(({ id }) => id));
      const all = judgeArm(scenario, fixed, broken).claims.map(({ id }) => id);
      expect(lessBad.map(([id]) => id)).toEqual(all.filter((id) => !own.has(id)));
    });

    test.each(lessBad)("%s fails alone where %s", (id, _, change) => {
      const hardly = change(broken, fixed);
      expect(judged(scenario, fixed, hardly)).toEqual({ verdict: "not fixed", failed: [id] });
    });
  });
}

const recordOf = async ({ id }: ScenarioDefinition, arm: string) =>
  undisturbed((await exampleOf(id, arm)).rows);
