import { beforeAll, expect, test } from "vitest";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import { MiB } from "../../../../harness/scenario/index.ts";
import scenario from "../../../../scenarios/boto-close/scenario.ts";
import { exampleOf } from "../../../support/example-run.ts";
import {
  all,
  more,
  moreIn,
  oneLess,
  span,
  withPeaks,
  type Change,
} from "../../../support/spans.ts";
import { judged, observed, type Rows } from "../../../support/tampered.ts";

/*
 * The record of a right fix, in which one thing is made worse at a time: that claim fails, and no other.
 */

let rows: Rows;
beforeAll(async () => {
  ({ rows } = await exampleOf(scenario.id, "fast-close"));
}, 60_000);

const failed = (record: Rows) => judged(scenario, withPeaks(record)).failed;
const wrongIn = (phase: string) => oneLess("right", phase);

/** A service's number is so much higher in the second half of the last look, and ever after. */
const later =
  (service: string, metric: "current" | "rx", by: number): Change =>
  (record) => {
    const { from, to } = span(record, "last-look", "again");
    return moreIn(record, service, { from: (from + to) / 2, to: Infinity }, metric, by);
  };

const lostPing: Change = (record) => observed(record, "ping", () => null);

test("a right fix is fixed", () => {
  expect(failed(rows)).toEqual([]);
  expect(judgeArm(scenario, rows).verdict).toBe("fixed");
});

test.each<readonly [string, Change]>([
  ["served-baseline", wrongIn("baseline")],
  ["served-full-download", wrongIn("full-download")],
  ["served-ranges", wrongIn("ranges")],
  ["served-held", wrongIn("hold-api-part")],
  ["served-more-hang-ups", wrongIn("more-hang-ups")],
  ["served-again", wrongIn("again")],
  ["box-answers", wrongIn("after-box")],
  ["flat-64m", more("api", "current", 80 * MiB, "hold-api-64m", "hold-api-256m")],
  ["flat-256m", more("api", "current", 80 * MiB, "hold-api-256m", "hold-api-1g")],
  [
    "flat-1g",
    all(
      more("api", "current", 50 * MiB, "hold-api-64m", "hold-api-1g"),
      more("api", "current", 70 * MiB, "hold-api-1g", "hold-api-part"),
    ),
  ],
  ["flat-part", more("api", "current", 80 * MiB, "hold-api-part", "more-hang-ups")],
  ["no-growth", more("api", "current", 50 * MiB, "hold-api-1g", "hold-api-part")],
  ["rest-left-256m", more("api", "rx", 40 * MiB, "hang-up-api-256m")],
  ["rest-left-1g", more("api", "rx", 40 * MiB, "hang-up-api-1g")],
  ["rest-left-part", more("api", "rx", 40 * MiB, "hang-up-api-part")],
  ["harmless-full-download", more("api", "current", 80 * MiB, "full-download", "ranges")],
  ["harmless-ranges", more("api", "current", 80 * MiB, "ranges", "hold-api-64m")],
  ["memory-left", more("api", "current", 20 * MiB, "more-hang-ups")],
  ["tmpfs-left", more("api", "shmem", 20 * MiB, "more-hang-ups")],
  ["fds-left", more("api", "fds", 20, "more-hang-ups")],
  ["sockets-left", more("api", "sockets", 20, "more-hang-ups")],
  ["pids-left", more("api", "pids", 20, "more-hang-ups")],
  ["s3-left", more("s3", "fds", 40, "more-hang-ups")],
  ["late-rise-api", later("api", "current", 20 * MiB)],
  ["late-rise-box", later("box", "current", 20 * MiB)],
  ["late-rest-api", later("api", "rx", 8 * MiB)],
  ["late-rest-box", later("box", "rx", 8 * MiB)],
  ["served-slowly", (record) => observed(record, "sipped", () => "other bytes in the second MiB")],
  ["flat-slow", more("slow", "current", 80 * MiB, "hold-api-64m", "again")],
  ["pings-lost", lostPing],
  ["never-killed", more("box", "oomKills", 1, "hang-up-box-1g")],
  ["flat-box", more("box", "current", 80 * MiB, "hold-box-1g", "after-box")],
])("%s alone", (claim, worse) => {
  expect(failed(worse(rows))).toEqual([claim]);
});

test("without the long last look nothing is called fixed", () => {
  const unseen = rows.filter((row) => row.type !== "phase" || row.name !== "last-look");
  expect(judgeArm(scenario, unseen).verdict).toBe("inconclusive");
});
