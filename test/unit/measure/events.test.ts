import { expect, test } from "vitest";
import { parseEvent } from "../../../harness/measure/events.ts";

const line = (Action: string, attributes: Record<string, string>) =>
  JSON.stringify({ Type: "container", Action, Actor: { ID: "c1", Attributes: attributes } });
const labels = {
  "com.docker.compose.service": "backend",
  "com.docker.compose.container-number": "2",
};

test("an event names the service and the number of its container", () => {
  expect(parseEvent(line("oom", labels))).toEqual({
    action: "oom",
    container: "c1",
    service: "backend",
    number: "2",
  });
});

test("an end has its exit code", () => {
  expect(parseEvent(line("die", { ...labels, exitCode: "137" }))).toMatchObject({ exitCode: 137 });
});

test("what a record does not tell is left out", () => {
  expect(parseEvent(line("exec_create: sh", labels))).toBeUndefined();
  expect(parseEvent(line("health_status", labels))).toBeUndefined();
  expect(parseEvent(line("start", { image: "x" }))).toBeUndefined();
  expect(parseEvent(JSON.stringify({ Type: "container", Action: "start" }))).toBeUndefined();
});
