/**
 * `npm run early -- RUN...`: cuts every record of a fix in these runs' folders at each second, and asks
 * for an early no. There must be none where the whole record is `fixed`, or where its fix is a right
 * one by its name or role. Prints when each wrong fix got its no, and the median of each scenario;
 * 1 if a no was wrong.
 */
import { basename, dirname } from "node:path";
import { judgeFolder } from "../../harness/index.ts";
import { judgeSoFar } from "../../harness/judge/early.ts";
import { headOf } from "../../harness/judge/rows.ts";
import { soFar } from "../../harness/judge/so-far.ts";
import { median } from "../../harness/judge/statistics.ts";
import { driveEnd } from "../../harness/judge/time.ts";
import type { Row } from "../../harness/record/schema.ts";
import type { ScenarioDefinition } from "../../harness/scenario/types.ts";

const folders = process.argv.slice(2);
const times = new Map<string, number[]>();
let [cuts, wrong, slowest] = [0, 0, 0];

for (const folder of folders) {
  const { records, scenarios, verdict, run } = await judgeFolder(folder).catch((error: Error) => {
    console.log(`left out: ${folder}: ${error.message}`);
    return { records: [], scenarios: new Map(), verdict: undefined, run: undefined };
  });
  const words = new Map(
    verdict?.scenarios.flatMap(({ id, arms }) =>
      arms.map((arm) => [`${id} ${arm.name} ${arm.repeat}`, arm] as const),
    ),
  );
  for (const [i, rows] of records.entries()) {
    const { scenario, arm: name, repeat, role } = { ...headOf(rows), ...run!.plan[i] };
    const arm = words.get(`${scenario} ${name} ${repeat}`);
    if (!arm || (role !== "fixed" && role !== "yours" && arm.kind !== "wrong fix")) continue;
    const told = role === "yours" ? basename(dirname(folder)) : `${scenario} ${name}`;
    const isRight = role === "fixed" || /-right-/.test(told);
    const no = firstNo(scenarios.get(scenario), rows);
    const mistaken = no !== undefined && (isRight || arm.verdict === "fixed");
    wrong += Number(mistaken);
    if (!isRight && no) times.set(scenario, [...(times.get(scenario) ?? []), no.at / 1000]);
    if (!isRight && !no && ["rejected", "not fixed"].includes(arm.verdict))
      times.set(scenario, [...(times.get(scenario) ?? []), Infinity]);
    const what = no
      ? `no at ${no.at / 1000} s of ${Math.round(driveEnd(rows) / 1000)}: ${no.ids}`
      : "none";
    if (mistaken || !isRight || process.argv.includes("-v"))
      console.log(`${mistaken ? "WRONG" : "ok   "} ${told}: ${arm.verdict}; ${what}`);
  }
}
for (const [id, all] of times)
  console.log(`${id}: median ${median(all)} s of ${all.length}, latest ${Math.max(...all)}`);
console.log(`${cuts} cuts, ${wrong} wrong, slowest look ${Math.round(slowest)} ms`);
process.exitCode = wrong > 0 ? 1 : 0;

function firstNo(definition: ScenarioDefinition, rows: readonly Row[]) {
  for (let at = 1000; at < driveEnd(rows) + 1000; at += 1000) {
    const began = performance.now();
    cuts += 1;
    const { failed } = judgeSoFar(definition, soFar(rows, at));
    slowest = Math.max(slowest, performance.now() - began);
    if (failed.length > 0) return { at, ids: failed.map(({ id }) => id).join(", ") };
  }
  return undefined;
}
