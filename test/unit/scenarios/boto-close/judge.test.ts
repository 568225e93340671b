import { beforeAll, expect, test } from "vitest";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import type { Row, SampleRow } from "../../../../harness/record/schema.ts";
import { MiB, type ScenarioDefinition } from "../../../../harness/scenario/index.ts";
import { exampleOf } from "../../../support/example-run.ts";

/*
 * The record of a right fix, in which one thing is made worse at a time: that claim fails, and no other.
 */

type Worse = (rows: readonly Row[]) => readonly Row[];
type Metric = "current" | "rx" | "shmem" | "fds" | "sockets" | "pids" | "oomKills";

let scenario: ScenarioDefinition;
let rows: readonly Row[];
beforeAll(async () => {
  ({ scenario, rows } = await exampleOf("boto-close", "fast-close"));
}, 60_000);

const failed = (record: readonly Row[]) =>
  judgeArm(scenario, withPeaks(record)).claims.flatMap(({ id, ok }) => (ok ? [] : [id]));

/** A service's number is so much higher from one phase on, up to another. */
const more =
  (service: string, metric: Metric, by: number, from: string, to?: string): Worse =>
  (record) => {
    const start = begin(record, from);
    const end = to === undefined ? Infinity : begin(record, to);
    return record.map((row) => {
      const meant = row.type === "sample" && row.service === service;
      return meant && row.t >= start && row.until < end ? higher(row, metric, by) : row;
    });
  };

/** The same in the second half of the last look, and ever after. */
const later =
  (service: string, metric: Metric, by: number): Worse =>
  (record) => {
    const half = (begin(record, "last-look") + begin(record, "again")) / 2;
    return record.map((row) =>
      row.type === "sample" && row.service === service && row.t >= half
        ? higher(row, metric, by)
        : row,
    );
  };

/** One answer of a phase was not what lies at S3. */
const wrongIn =
  (phase: string): Worse =>
  (record) => {
    const start = begin(record, phase);
    const one = record.findIndex(
      (row) => row.type === "load" && row.name === "right" && row.t >= start,
    );
    return record.toSpliced(one, 1);
  };

const all =
  (...changes: readonly Worse[]): Worse =>
  (record) =>
    changes.reduce((worse, change) => change(worse), record);

const lostPing: Worse = (record) => {
  const one = record.findIndex((row) => row.type === "observation" && row.name === "ping");
  return record.map((row, i) => (i === one ? ({ ...row, value: null } as Row) : row));
};

test("a right fix is fixed", () => {
  expect(failed(rows)).toEqual([]);
  expect(judgeArm(scenario, rows).verdict).toBe("fixed");
});

test.each<readonly [string, Worse]>([
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

/** The kernel's counter of the highest memory follows. */
function withPeaks(record: readonly Row[]): readonly Row[] {
  const highest = new Map<string, number>();
  return record.map((row) => {
    if (row.type !== "sample") return row;
    const seen = [highest.get(row.service) ?? 0, row.peak ?? 0, row.current ?? 0];
    const peak = Math.max(...seen);
    highest.set(row.service, peak);
    return { ...row, peak };
  });
}

function begin(record: readonly Row[], phase: string): number {
  return record.find((row) => row.type === "phase" && row.name === phase)!.t;
}

function higher(row: SampleRow, metric: Metric, by: number): SampleRow {
  return { ...row, [metric]: (row[metric] ?? 0) + by };
}
