import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { judgeFolder, type JudgedRun } from "../../../harness/index.ts";
import { headOf } from "../../../harness/judge/rows.ts";
import { judgeArm } from "../../../harness/judge/verdict.ts";
import type { HeadRow, Row } from "../../../harness/record/schema.ts";

/*
 * The real scenarios' judges, on real records that were tampered with: each arm of the example run.
 */

const folder = join(resolve(import.meta.dirname, "../../.."), "docs/example-run");
/** Judged by what was said and done alone; nothing that the samplers saw is claimed. */
const withoutSamples = ({ scenario, role }: HeadRow) =>
  scenario === "eventlet-drift" && role === "broken";

let run: JudgedRun;
beforeAll(async () => {
  run = await judgeFolder(folder);
}, 60_000);

describe.each([
  "boto-close",
  "cron-pileup",
  "debug-env-leak",
  "eventlet-drift",
  "mixed-case-routing",
])("%s", (id) => {
  const word = (rows: readonly Row[]) => judgeArm(run.scenarios.get(id)!, rows).verdict;
  const unwatched = (rows: readonly Row[]) =>
    withoutSamples(headOf(rows)) ? word(rows) : "inconclusive";
  const arms = () => run.records.filter((rows) => headOf(rows).scenario === id);
  const fixes = () => arms().filter((rows) => headOf(rows).role === "fixed");
  const broken = () => arms().find((rows) => headOf(rows).arm === "broken")!;
  /** The same rows, told as what another arm did. */
  const renamed = (rows: readonly Row[], as: readonly Row[]): readonly Row[] => {
    const { arm, role, env } = headOf(as);
    return [{ ...headOf(rows), arm, role, env }, ...rows.slice(1)];
  };

  test("no load, no baseline, no end: inconclusive, every arm", () => {
    for (const rows of arms()) {
      const without = (type: Row["type"], name?: string) =>
        rows.filter((row) => row.type !== type || (name && "name" in row && row.name !== name));
      expect(word(without("load"))).toBe("inconclusive");
      expect(word(without("phase", "baseline"))).toBe("inconclusive");
      expect(word(without("tail"))).toBe("inconclusive");
    }
  });

  test("every other half second unwatched: inconclusive, where samples are judged", () => {
    for (const rows of arms()) {
      // A wrong fix may be turned down by what the kernel counted, which needs no watching.
      const counted = headOf(rows).role === "control" ? [word(rows)] : [];
      expect([unwatched(rows), ...counted]).toContain(word(blinking(rows)));
    }
  });

  test("what the broken arm did is no fix; what a fix did reproduces nothing", () => {
    expect(fixes().length).toBeGreaterThan(1);
    for (const fix of fixes()) {
      expect(word(renamed(broken(), fix))).not.toBe("fixed");
      expect(word(renamed(fix, broken()))).not.toBe("reproduced");
    }
  });
});

/** The same, had the samplers slept for each other half second. */
function blinking(rows: readonly Row[]): readonly Row[] {
  const awake = ({ type, t }: Row) => type !== "sample" || Math.floor(t / 500) % 2 === 0;
  return rows
    .filter(awake)
    .map((row) => (row.type === "sample" ? { ...row, until: row.t, n: 1 } : row));
}
