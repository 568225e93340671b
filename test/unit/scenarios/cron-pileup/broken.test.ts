import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import { only } from "../../../../harness/judge/rows.ts";
import { valueBefore } from "../../../../harness/judge/series.ts";
import { inside } from "../../../../harness/judge/window.ts";
import type { Row } from "../../../../harness/record/schema.ts";
import { firstKill, mostJobs } from "../../../../scenarios/cron-pileup/reading.ts";
import scenario from "../../../../scenarios/cron-pileup/scenario.ts";
import {
  eachContrastFailsAlone,
  eachFailsAlone,
  type Otherwise,
} from "../../../support/failing-alone.ts";
import { always, scaled, span, spared, told, type Change } from "../../../support/spans.ts";
import type { Rows } from "../../../support/tampered.ts";
import { noRow } from "./no-row.ts";

/*
 * What the fault left, with one thing put otherwise: the claim that speaks of it fails, and no other.
 */

const evidence = (rows: Rows) => evidenceOf(rows, scenario);

const hang = (rows: Rows) => span(rows, "hang", "restart");
const sinceTheKill = (rows: Rows) => ({ ...hang(rows), from: firstKill(evidence(rows)) });

/** When cron fired in the hang, in order. */
const ticks = (rows: Rows) =>
  only(rows, "load").filter(({ name, t }) => name === "ticks" && inside(hang(rows), t));

/** The service gives no price in pounds. */
const noPounds: Change = (rows) => {
  const baseline = span(rows, "baseline", "hang");
  const isOne = (row: Row) =>
    row.type === "observation" &&
    row.name === "answer" &&
    (row.value as { readonly currency: string }).currency === "gbp";
  return rows.filter((row) => !(isOne(row) && inside(baseline, row.t)));
};

/** In the middle of the climb three jobs are not there for a tick. */
const threeFewer: Change = (rows) => {
  const [tick, next] = ticks(rows).slice(8);
  return told(rows, "jobs", { from: tick!.t, to: next!.t }, (jobs) => Number(jobs) - 3);
};

/** The kernel strikes before the sixteenth tick. */
const killedEarly: Change = (rows) => {
  const tick = ticks(rows)[15]!;
  const kill = { type: "event", t: tick.t, service: "cronbox", action: "oom" } as const;
  return rows.flatMap((row): Rows => (row === tick ? [kill, row] : [row]));
};

/** The kernel kills nothing: jobs go on gathering. */
const nothingKilled: Change = (rows) => {
  const during = sinceTheKill(rows);
  const jobs = valueBefore(evidence(rows).observedSeries("jobs"), during.from);
  const since = ticks(rows).filter(({ t }) => inside(during, t));
  const gathered = (now: number) => jobs + since.filter(({ t }) => t <= now).length;
  const climbing = told(rows, "jobs", during, (_, t) => gathered(t));
  return spared(climbing, "cronbox", always);
};

/** With the first job cron is killed, too. */
const cronKilled: Change = (rows) => {
  const during = sinceTheKill(rows);
  const isTick = (row: Row) =>
    (row.type === "load" && row.name === "ticks") ||
    (row.type === "observation" && row.name === "tick");
  return rows.filter((row) => !(isTick(row) && inside(during, row.t)));
};

/** One job of the hang gets its answers. */
const oneRow: Change = (rows) =>
  told(rows, "rows", { ...always, from: ticks(rows)[8]!.t }, (n) => Number(n) + 1);

/** So many jobs there are after the restart. */
const left =
  (jobs: (rows: Rows) => number): Change =>
  (rows) =>
    told(rows, "jobs", span(rows, "restarted", "answers"), () => jobs(rows));

const third = scaled("cronbox", "anon", 1 / 3, "hang", "restart");

const otherwise: readonly Otherwise[] = [
  ["each-minute", "one price is never given", noPounds],
  ["one-more-each-tick", "three are not there for a tick", threeFewer],
  ["memory-with-the-jobs", "a job takes a third", third],
  ["limit-reached", "the kernel strikes a tick too early", killedEarly],
  ["box-runs-on", "cron is killed, too", cronKilled],
  ["no-work", "a row is written", oneRow],
  ["the-drop", "five are left", left(() => 5)],
  ["recovers", "no row is written", noRow("answers")],
];

/** Claims that count by the same number as others do, and fail with those. */
const together: readonly (readonly [claim: string, others: readonly string[], Change])[] = [
  // Where nothing is killed, there is no tick up to the first kill, nor one after it.
  ["killed-by-the-kernel", ["limit-reached", "box-runs-on"], nothingKilled],
  // The climb comes to 14 jobs: as long as no more than four are left, ten were swept away.
  ["swept-away", ["the-drop"], left((rows) => mostJobs(evidence(rows), "hang"))],
];

eachFailsAlone(scenario, "broken", otherwise, together);

const aQuarter = (metric: "pids" | "anon") => scaled("cronbox", metric, 1 / 4, "hang", "restart");
eachContrastFailsAlone(
  scenario,
  ["flock-and-timeout", "broken"],
  [
    ["fewer-processes", "the failure gained a quarter", aQuarter("pids")],
    ["less-memory", "the failure gained a quarter", aQuarter("anon")],
  ],
);
