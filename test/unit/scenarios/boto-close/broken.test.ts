import { beforeAll, describe, expect, test } from "vitest";
import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import { GiB, MiB } from "../../../../harness/scenario/index.ts";
import { bytes, sizes } from "../../../../scenarios/boto-close/measured.ts";
import scenario from "../../../../scenarios/boto-close/scenario.ts";
import { exampleOf } from "../../../support/example-run.ts";
import {
  always,
  more,
  oneLess,
  sampled,
  scaled,
  span,
  spared,
  withPeaks,
  type Change,
} from "../../../support/spans.ts";
import { judged, undisturbed, type Rows } from "../../../support/tampered.ts";

/*
 * What the fault left, with one thing put otherwise: the claim that speaks of it fails, and no other.
 */

const recordOf = async (arm: string) => undisturbed((await exampleOf(scenario.id, arm)).rows);

/** A hang-up raises the memory of the roomy API by so much, for an object of so many bytes. */
const costs =
  (rise: (bytes: number) => number): Change =>
  (rows) =>
    sizes.reduce((record, size) => {
      const { from, to } = span(record, `hang-up-api-${size}`);
      const before = (metric: "current" | "peak") =>
        evidenceOf(record, scenario).lastBefore("api", metric, from);
      const peak = Math.max(before("peak"), before("current") + rise(bytes[size]));
      return sampled(record, "api", { from, to }, ({ current }) => ({
        peak,
        current: Math.min(current!, peak),
      }));
    }, rows);

/** A tenth of the object is allocated before its client hangs up. */
const taken = (size: "256m" | "1g") =>
  more("api", "anon", bytes[size] / 10, `hold-api-${size}`, `hang-up-api-${size}`);

const nothingKilled: Change = (rows) => spared(rows, "box", always);

/** With its process the container ended, and was started again. */
const startedAgain: Change = (rows) =>
  rows.flatMap((row) =>
    row.type === "event" && row.service === "box" && row.action === "oom"
      ? [row, { ...row, action: "die", exitCode: 137 }, { ...row, action: "start" }]
      : [row],
  );

const otherwise: readonly (readonly [claim: string, what: string, Change])[] = [
  ["rises-1g", "a little less than each byte", costs((n) => 0.98 * n + 10 * MiB)],
  [
    "rest-read-1g",
    "half of it stays at S3",
    scaled("api", "rx", 1 / 2, "hang-up-api-1g", "hold-api-part"),
  ],
  ["held-1g", "some of it is read ahead", taken("1g")],
  ["rises-256m", "each byte, less what was free", costs((n) => 1.02 * n - 10 * MiB)],
  [
    "rest-read-256m",
    "half of it stays at S3",
    scaled("api", "rx", 1 / 2, "hang-up-api-256m", "hold-api-1g"),
  ],
  ["held-256m", "some of it is read ahead", taken("256m")],
  ["linear", "a large object's bytes take more", costs((n) => 2 * n + n ** 2 / GiB)],
  [
    "harmless-full-download",
    "one takes 80 MiB",
    more("api", "current", 80 * MiB, "full-download", "ranges"),
  ],
  [
    "harmless-ranges",
    "parts take 80 MiB",
    more("api", "current", 80 * MiB, "ranges", "hold-api-64m"),
  ],
  ["killed", "nothing is", nothingKilled],
  ["container-lives", "it is started again", startedAgain],
  ["box-answers", "the next answer is wrong", oneLess("right", "after-box")],
];

describe("broken", () => {
  let rows: Rows;
  beforeAll(async () => {
    rows = await recordOf("broken");
  });

  test("the failure is reproduced, and each of its claims has its turn here", () => {
    const { verdict, claims } = judgeArm(scenario, rows);
    expect(verdict).toBe("reproduced");
    expect(otherwise.map(([id]) => id)).toEqual(claims.map(({ id }) => id));
  });

  test.each(otherwise)("%s fails alone: %s", (id, _, change) => {
    expect(judged(scenario, withPeaks(change(rows)))).toEqual({
      verdict: "not reproduced",
      failed: [id],
    });
  });
});

describe("held against the failure", () => {
  let broken: Rows;
  let fixed: Rows;
  beforeAll(async () => {
    broken = await recordOf("broken");
    fixed = await recordOf("fast-close");
  });

  test("a fix is fixed", () => {
    expect(judged(scenario, fixed, broken)).toEqual({ verdict: "fixed", failed: [] });
  });

  test("contrast fails alone where the failure took 64 MiB, whatever the object's size", () => {
    const hardly = costs(() => 64 * MiB)(broken);
    expect(judged(scenario, fixed, hardly)).toEqual({ verdict: "not fixed", failed: ["contrast"] });
  });
});
