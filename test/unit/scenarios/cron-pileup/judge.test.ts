import { beforeAll, expect, test } from "vitest";
import { MiB } from "../../../../harness/scenario/index.ts";
import { judgeArm } from "../../../../harness/judge/verdict.ts";
import type { Row } from "../../../../harness/record/schema.ts";
import type { ScenarioDefinition } from "../../../../harness/scenario/types.ts";
import { exampleOf } from "../../../support/example-run.ts";

/* What a right fix left behind, damaged in one place: the one claim that speaks of it must fail. */

let scenario: ScenarioDefinition;
let rows: readonly Row[];
let marks: readonly { readonly t: number; readonly name: string }[];
beforeAll(async () => {
  ({ scenario, rows } = await exampleOf("cron-pileup", "flock-and-timeout"));
  marks = rows.filter((row) => row.type === "phase");
}, 60_000);

test("the record itself is a fix's", () => {
  expect(failed(rows)).toEqual([]);
});

test.each<[string, (row: Row) => Row]>([
  ["each-minute", (row) => noRowsIn("well", row)],
  ["works-again", (row) => noRowsIn("answers", row)],
  ["works-when-slow", (row) => noRowsIn("slow", row)],
  ["rows-true", (row) => told("row", "well", row, (value) => [value[0]!, 2 * value[1]!])],
  ["few-connections", (row) => told("connections at the service", "hang", row, () => 4)],
  ["one-run-at-a-time", (row) => sampled("hang", row, { pids: 30 })],
  ["memory-flat", (row) => sampled("hang", row, { anon: 100 * MiB })],
  ["never-killed", (row) => sampled("well", row, { oomKills: 1 })],
  ["no-processes-left", (row) => sampled("well", row, { pids: 3 })],
  ["no-memory-left", (row) => sampled("well", row, { anon: 8 * MiB })],
  ["no-descriptors-left", (row) => sampled("well", row, { fds: 70 })],
  ["no-sockets-left", (row) => sampled("well", row, { sockets: 4 })],
  ["no-tmpfs-left", (row) => sampled("well", row, { shmem: MiB })],
])("%s fails alone where only it is broken", (id, damage) => {
  expect(failed(rows.map(damage))).toEqual([id]);
});

test("two runs that overlapped once in the baseline don't widen what one may have", () => {
  const minute = rows.find((row) => row.type === "observation" && row.name === "minute")!;
  const overlapped = rows.map((row) =>
    row.type === "sample" && row.service === "cronbox" && row.t > minute.t && row.t < minute.t + 900
      ? { ...row, anon: 100 * MiB, pids: 12 }
      : row,
  );
  const spoilt = overlapped.map((row) => sampled("hang", row, { anon: 100 * MiB, pids: 14 }));
  expect(failed(spoilt)).toEqual(["one-run-at-a-time", "memory-flat"]);
});

test.each([
  ["that stopped after the hang", (row: Row) => row.t < phaseAt("slow")],
  ["that lost a phase", (row: Row) => row.type !== "phase" || row.name !== "slow"],
  ["whose last look was cut short", (row: Row) => row.t < phaseAt("well") + 9000],
])("a drive %s says nothing", (_, kept) => {
  const rest = rows.filter((row) => row.type === "tail" || row.type === "drive-end" || kept(row));
  expect(judgeArm(scenario, rest).verdict).toBe("inconclusive");
});

const phaseAt = (phase: string) => marks.findLast(({ name }) => name === phase)!.t;

function failed(record: readonly Row[]): readonly string[] {
  const { verdict, claims } = judgeArm(scenario, record);
  const ids = claims.flatMap((claim) => (claim.ok ? [] : [claim.id]));
  // Of a busy machine's record what fails may be in doubt; it is no fix in any case.
  expect(verdict === "fixed").toBe(ids.length === 0);
  return ids;
}

function within(phase: string, { t }: Row): boolean {
  const i = marks.findLastIndex(({ name }) => name === phase);
  return t >= marks[i]!.t && t < (marks[i + 1]?.t ?? Infinity);
}

/** What was told under a name in a phase is told as something else. */
function told(
  name: string,
  phase: string,
  row: Row,
  other: (value: number[]) => number | number[],
) {
  if (row.type !== "observation" || row.name !== name || !within(phase, row)) return row;
  return { ...row, value: other(row.value as number[]) };
}

/** The table stays as it was when the phase began, until the phase is over. */
function noRowsIn(phase: string, row: Row): Row {
  return told("rows", phase, row, () => {
    const from = marks.findLast(({ name }) => name === phase)!.t;
    const before = rows.findLast(
      (r) => r.type === "observation" && r.name === "rows" && r.t < from,
    );
    return (before as { value: number } | undefined)?.value ?? 0;
  });
}

/** The samples of a phase, with more of something. */
function sampled(phase: string, row: Row, more: Readonly<Record<string, number>>): Row {
  if (row.type !== "sample" || row.service !== "cronbox") return row;
  // One that was the same for a while may have begun before the last phase.
  const reaches = phase === "well" && within(phase, { ...row, t: row.until });
  if (!within(phase, row) && !reaches) return row;
  const raised = Object.entries(more).map(([metric, by]) => {
    const value = row[metric as "pids"];
    return [metric, value === null ? null : value + by];
  });
  return { ...row, ...(Object.fromEntries(raised) as object) };
}
