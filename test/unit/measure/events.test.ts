import { expect, test } from "vitest";
import { ofContainers, ofProject, parseEvent } from "../../../harness/measure/events.ts";

const line = (Action: string, attributes: Record<string, string>) =>
  JSON.stringify({ Type: "container", Action, Actor: { ID: "c1", Attributes: attributes } });
const labels = {
  "com.docker.compose.service": "backend",
  "com.docker.compose.container-number": "2",
};

const project = ofProject("p");

test("an event names the service of its container, and its number where there are several", () => {
  const told = { action: "oom", container: "c1" };
  expect(parseEvent(line("oom", labels), project)).toEqual({ ...told, service: "backend" });
  expect(parseEvent(line("oom", labels), ofProject("p", new Set(["backend"])))).toEqual({
    ...told,
    service: "backend-2",
  });
});

test("of containers that are watched one by one, it has the name that they were given", () => {
  const watched = ofContainers(new Map([["c1", "app"]]));
  expect(parseEvent(line("oom", {}), watched)).toMatchObject({ service: "app" });
  expect(parseEvent(line("oom", labels), ofContainers(new Map([["c2", "app"]])))).toBeUndefined();
});

test("an end has its exit code", () => {
  expect(parseEvent(line("die", { ...labels, exitCode: "137" }), project)).toMatchObject({
    exitCode: 137,
  });
});

test("what a record does not tell is left out", () => {
  expect(parseEvent(line("exec_create: sh", labels), project)).toBeUndefined();
  expect(parseEvent(line("health_status", labels), project)).toBeUndefined();
  expect(parseEvent(line("start", { image: "x" }), project)).toBeUndefined();
  expect(
    parseEvent(JSON.stringify({ Type: "container", Action: "start" }), project),
  ).toBeUndefined();
});
