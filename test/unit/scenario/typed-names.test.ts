import { expect, test } from "vitest";
import { claim, defineScenario } from "../../../harness/scenario/index.ts";

// Names are typed where a scenario says them: the type check of this file is the test, as each
// expected error that does not come is one.

const about = {
  title: "t",
  story: "s",
  source: { document: "d", publisher: "p", published: "2026-01-31" },
  scaled: [],
  needs: { memory: "64 MiB" },
} as const;

test("slips in names are errors of types", () => {
  const scenario = defineScenario({
    ...about,
    id: "typed",
    names: { services: ["app", "client"], phases: ["asked"], loads: ["requests"] },
    arms: {
      broken: { role: "broken" },
      fixed: { role: "fixed", why: "w" },
      right: { role: "control", why: "w", rejectedBy: ["flat"], upholds: ["rises"] },
    },
    plots: [
      { title: "m", service: "app-2", metric: "anon" },
      // @ts-expect-error -- no such service
      { title: "m", service: "ap", metric: "anon" },
    ],
    ready: [{ service: "client", command: ["true"] }],
    async drive({ exec, phase, load }) {
      phase("asked");
      load("requests");
      await exec("client", ["true"]);
      // @ts-expect-error -- no such phase
      phase("aksed");
      // @ts-expect-error -- no such load
      load("request");
      // @ts-expect-error -- no such service
      await exec("clinet", ["true"]);
    },
    judge: {
      guards: (e) => [{ what: "w", ok: e.load("requests") > 0 }],
      // @ts-expect-error -- no such service
      figures: (e) => ({ peak: { value: e.peak("aap"), unit: "B" } }),
      broken: (e) => [claim.peak("rises", { says: "s", measured: e.peak("app"), atLeast: 1 })],
      fixed: (e) => [
        claim.peak("flat", { says: "s", measured: e.peak("app", e.phase("baseline")), atMost: 1 }),
        // @ts-expect-error -- no such phase
        claim.peak("flat", { says: "s", measured: e.peak("app", e.phase("akse")), atMost: 1 }),
      ],
    },
  });
  expect(scenario.names?.services).toEqual(["app", "client"]);
});

test("without `names` any will do, and claims are those that the judge makes", () => {
  const scenario = defineScenario({
    ...about,
    id: "untyped",
    arms: {
      broken: { role: "broken" },
      // @ts-expect-error -- no such claim
      wrong: { role: "control", why: "w", rejectedBy: ["rise"] },
    },
    plots: [],
    ready: [{ service: "anything", command: ["true"] }],
    async drive({ phase }) {
      phase("any");
    },
    judge: {
      guards: () => [],
      figures: () => ({}),
      broken: (e) => [claim.count("rises", { says: "s", n: e.load("any"), atLeast: 1 })],
      fixed: () => [],
    },
  });
  expect(scenario.names).toBeUndefined();
});
