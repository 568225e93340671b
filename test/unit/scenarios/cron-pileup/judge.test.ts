import { beforeAll, expect, test } from "vitest";
import { only } from "../../../../harness/judge/rows.ts";
import { MiB } from "../../../../harness/scenario/index.ts";
import type { Row, SampleValues } from "../../../../harness/record/schema.ts";
import scenario from "../../../../scenarios/cron-pileup/scenario.ts";
import { exampleOf } from "../../../support/example-run.ts";
import { all, more, sampled, span, told, type Change } from "../../../support/spans.ts";
import { judged, type Rows } from "../../../support/tampered.ts";
import { noRow } from "./no-row.ts";

/* What a right fix left behind, damaged in one place: the one claim that speaks of it must fail. */

let rows: Rows;
beforeAll(async () => {
  ({ rows } = await exampleOf(scenario.id, "flock-and-timeout"));
}, 60_000);

/** Every row of the last look holds twice its sum. */
const doubled: Change = (record) =>
  told(record, "row", span(record, "well"), (row) => {
    const [id, basket] = row as [number, number];
    return [id, 2 * basket];
  });

/** The service has one connection of the box more than a run has requests. */
const fourConnections: Change = (record) =>
  told(record, "connections at the service", span(record, "hang", "answers"), () => 4);

const inTheHang = (metric: "anon" | "pids", by: number) =>
  more("cronbox", metric, by, "hang", "answers");
const inTheEnd = (metric: keyof SampleValues, by: number) => more("cronbox", metric, by, "well");

test("the record itself is a fix's", () => {
  expect(failed(rows)).toEqual([]);
});

test.each<readonly [string, Change]>([
  ["each-minute", noRow("well")],
  ["works-again", noRow("answers", "slow")],
  ["works-again", noRow("after-odd", "well")],
  ["works-when-slow", noRow("slow", "drip")],
  ["rows-true", doubled],
  ["few-connections", fourConnections],
  ["one-run-at-a-time", inTheHang("pids", 30)],
  ["memory-flat", inTheHang("anon", 100 * MiB)],
  ["never-killed", inTheEnd("oomKills", 1)],
  ["no-processes-left", inTheEnd("pids", 3)],
  ["no-memory-left", inTheEnd("anon", 8 * MiB)],
  ["no-descriptors-left", inTheEnd("fds", 70)],
  ["no-sockets-left", inTheEnd("sockets", 4)],
  ["no-tmpfs-left", inTheEnd("shmem", MiB)],
])("%s fails alone where only it is broken", (id, damage) => {
  expect(failed(damage(rows))).toEqual([id]);
});

test("two runs that overlapped once in the baseline don't widen what one may have", () => {
  const { t } = only(rows, "observation").find(({ name }) => name === "minute")!;
  const minute = { from: t + 1, to: t + 900 };
  const overlapped = sampled(rows, "cronbox", minute, () => ({ anon: 100 * MiB, pids: 12 }));
  const spoilt = all(inTheHang("anon", 100 * MiB), inTheHang("pids", 14))(overlapped);
  expect(failed(spoilt)).toEqual(["one-run-at-a-time", "memory-flat"]);
});

test.each([
  ["that stopped after the hang", (row: Row) => row.t < phaseAt("slow")],
  ["that lost a phase", (row: Row) => row.type !== "phase" || row.name !== "slow"],
  ["whose last look was cut short", (row: Row) => row.t < phaseAt("well") + 9000],
])("a drive %s says nothing", (_, kept) => {
  const rest = rows.filter((row) => row.type === "tail" || row.type === "drive-end" || kept(row));
  expect(judged(scenario, rest).verdict).toBe("inconclusive");
});

const phaseAt = (phase: string) => span(rows, phase).from;

function failed(record: Rows): readonly string[] {
  const { verdict, failed } = judged(scenario, record);
  // Of a busy machine's record what fails may be in doubt; it is no fix in any case.
  expect(verdict === "fixed").toBe(failed.length === 0);
  return failed;
}
