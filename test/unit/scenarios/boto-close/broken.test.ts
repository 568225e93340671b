import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { GiB, MiB } from "../../../../harness/scenario/index.ts";
import { bytes, sizes } from "../../../../scenarios/boto-close/measured.ts";
import scenario from "../../../../scenarios/boto-close/scenario.ts";
import {
  eachContrastFailsAlone,
  eachFailsAlone,
  type Otherwise,
} from "../../../support/failing-alone.ts";
import {
  all,
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

/*
 * What the fault left, with one thing put otherwise: the claim that speaks of it fails, and no other.
 */

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

const otherwise: readonly Otherwise[] = [
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

eachFailsAlone(
  scenario,
  "broken",
  otherwise.map(([id, what, change]) => [id, what, all(change, withPeaks)]),
);

eachContrastFailsAlone(
  scenario,
  ["fast-close", "broken"],
  [["contrast", "the failure took 64 MiB, whatever the object's size", costs(() => 64 * MiB)]],
);
