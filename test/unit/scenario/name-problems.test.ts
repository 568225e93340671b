import { expect, test } from "vitest";
import { nameProblems } from "../../../harness/scenario/name-problems.ts";
import type { HeardClaims } from "../../../harness/scenario/trial.ts";
import type { ScenarioDefinition } from "../../../harness/scenario/types.ts";

const nothing = { services: [], phases: [], loads: [], observations: [] };
const heard: HeardClaims = {
  ...{ problems: [], broken: [], fixed: [], contrast: [], figures: [], slips: [] },
  asked: { ...nothing, services: ["box"], metrics: [] },
  driven: { ...nothing, besides: [], isWhole: true },
};
const problemsWith = (services: readonly string[]) =>
  nameProblems({} as ScenarioDefinition, heard, { services, text: "" });

test("a service that there is not is a problem, where the services are known", () => {
  expect(problemsWith(["box"])).toEqual([]);
  expect(problemsWith([])).toEqual([]);
  expect(problemsWith(["crate"])).toMatchObject([
    {
      word: "box",
      says: 'the judge asks for a service "box", which there is not; there are crate',
    },
  ]);
});
