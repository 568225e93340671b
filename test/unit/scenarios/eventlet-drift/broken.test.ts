import { evidenceOf } from "../../../../harness/judge/evidence.ts";
import type { Json } from "../../../../harness/record/schema.ts";
import scenario from "../../../../scenarios/eventlet-drift/scenario.ts";
import { SLA, waits } from "../../../../scenarios/eventlet-drift/waits.ts";
import {
  eachContrastFailsAlone,
  eachFailsAlone,
  type Otherwise,
} from "../../../support/failing-alone.ts";
import { observed } from "../../../support/tampered.ts";

/*
 * What the fault left, with one thing put otherwise: the claim that speaks of it fails, and no other.
 */

type Change = (value: Json) => Json;
const to = (value: number) => () => value;
const lines = (change: (all: readonly string[]) => readonly string[]) => change as Change;

const otherwise: readonly (readonly [claim: string, observation: string, Change])[] = [
  ["start-late", "start", to(54)],
  ["update-late", "update", to(54)],
  ["stop-late", "stop", to(54)],
  ["page-quick", "slowest page", to(SLA + 1)],
  ["no-error", "errors", to(1)],
  ["forwarded", "forwarded", to(0)],
  ["suspects", "drift", lines((all) => [...all, "six 1.9.0 -> 1.10.0"])],
  [
    "eventlet-differs",
    "drift",
    lines((all) => all.map((line) => line.replace(/^eventlet/, "six"))),
  ],
  ["deployment-stopped", "accepted", to(1)],
];

for (const arm of ["broken", "only-eventlet"]) {
  const changes = otherwise.map(([id, name, change]): Otherwise => {
    return [id, name, (rows) => observed(rows, name, change)];
  });
  eachFailsAlone(scenario, arm, changes);
}

eachContrastFailsAlone(
  scenario,
  ["pinned", "broken"],
  waits.map((wait) => [
    `${wait}-contrast`,
    "the failure was not five times as late",
    (broken, fixed) => observed(broken, wait, to(4.9 * evidenceOf(fixed, scenario).number(wait))),
  ]),
);
