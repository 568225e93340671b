import { expect, test } from "vitest";
import { projectName, replicatedServices } from "../../../harness/lifecycle/project.ts";

const run = "20261121-051556-ab12";

test("two arms never share a project, however their names are cut", () => {
  const keys = [
    { run, scenario: "cron", arm: "pileup-broken", repeat: 1 },
    { run, scenario: "cron-pileup", arm: "broken", repeat: 1 },
    { run, scenario: "cron-pileup", arm: "broken", repeat: 11 },
    { run, scenario: "cron-pileup", arm: "broken-1", repeat: 1 },
    { run: `${run}-cron`, scenario: "pileup", arm: "broken", repeat: 1 },
  ];
  const names = keys.map(projectName);
  expect(new Set(names).size).toBe(keys.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
  expect(projectName(keys[0]!)).toBe(names[0]);
});

test("a service is replicated where compose starts more than one of it", () => {
  const image = "x";
  const services = {
    one: { image },
    none: { image, scale: 0 },
    scaled: { image, scale: 2 },
    deployed: { image, deploy: { replicas: 3 } },
  };
  const empty = { networks: {}, volumes: {}, secrets: {}, configs: {}, text: "" };
  expect([...replicatedServices({ model: { services, ...empty } })]).toEqual([
    "scaled",
    "deployed",
  ]);
});
