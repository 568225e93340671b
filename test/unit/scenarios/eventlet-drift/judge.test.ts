import { beforeAll, describe, expect, test } from "vitest";
import { MiB } from "../../../../harness/judge/units.ts";
import type { SampleValues } from "../../../../harness/record/schema.ts";
import scenario from "../../../../scenarios/eventlet-drift/scenario.ts";
import { exampleOf } from "../../../support/example-run.ts";
import * as tampered from "../../../support/tampered.ts";

/*
 * What the story's own fix left, with one thing put wrong: the claim about it fails, and no other.
 */

let good: tampered.Rows;
beforeAll(async () => {
  const { rows } = await exampleOf(scenario.id, "pinned");
  good = tampered.undisturbed(rows);
});

const judged = (rows: tampered.Rows) => tampered.judged(scenario, rows);
const observed = (name: string, value: number) => tampered.observed(good, name, () => value);
/** From the last look on a box holds more than it did. */
const grown = (service: string, metric: keyof SampleValues, by: number) =>
  tampered.grown(good, "quiet", metric, { [service]: by });

test("the record is a good one", () => {
  expect(judged(good)).toEqual({ verdict: "fixed", failed: [] });
});

describe("a fix is refused for", () => {
  test.each([
    ["a start that is late", "start", 100, "start"],
    ["a change that is late", "update", 100, "update"],
    ["a stop that is late", "stop", 100, "stop"],
    ["a page that hangs", "slowest page", 100, "page-answers"],
    ["a release that the check would not let through", "accepted", 0, "accepted"],
    ["one application's change that never shows", "later change", 100, "later-change"],
    ["a new application that never shows", "later new", 100, "later-new"],
    ["an application that is down and shown as up", "later uptime", 100, "later-uptime"],
    ["one application's stop that is never done", "later stop", 100, "later-stop"],
    ["a stop that takes another application down", "others stopped", 1, "stops-no-other"],
    ["one wrong look while nothing changes", "wrong looks", 1, "stays-right"],
    ["states that the next release does not know", "states forgotten", 1, "remembers"],
    ["a page that hangs later", "slowest later page", 100, "page-answers-later"],
  ] as const)("%s", (_, name, value, claim) => {
    expect(judged(observed(name, value))).toEqual({ verdict: "not fixed", failed: [claim] });
  });

  test.each([
    ["memory that is not given back", "monitor", "anon", 8 * MiB, "memory-level"],
    ["files that are memory", "monitor", "shmem", MiB, "tmpfs-level"],
    ["threads that stay", "monitor", "pids", 20, "threads-level"],
    ["processes that stay on the machine under it", "vm", "pids", 20, "threads-level"],
    ["descriptors that stay open", "monitor", "fds", 40, "descriptors-level"],
    ["connections that stay open at the desk", "oncall", "sockets", 40, "sockets-level"],
    ["sessions that stay on the host", "app01", "pids", 4, "sessions-end"],
  ] as const)("%s", (_, service, metric, by, claim) => {
    expect(judged(grown(service, metric, by))).toEqual({ verdict: "not fixed", failed: [claim] });
  });
});

test("a fix that was not asked again is inconclusive, though all was in time", () => {
  const later = good.find((row) => row.type === "phase" && row.name === "later");
  const once = good.filter(
    (row) => row === later || !(row.type === "phase" && row.name === "quiet"),
  );
  expect(judged(good.filter((row) => row !== later)).verdict).toBe("inconclusive");
  expect(judged(once).verdict).toBe("inconclusive");
});

test("a fix that waits too long needs no days after", () => {
  const later = good.findIndex((row) => row.type === "phase" && row.name === "later");
  const late = observed("stop", 100);
  const early = [...late.slice(0, later), late.at(-1)!];
  expect(judged(early)).toEqual({ verdict: "not fixed", failed: ["stop"] });
});
