import { expect, test } from "vitest";
import { impersonal } from "../../../harness/replay/impersonal.ts";

const folders = ["/home/anna", "/home/anna/lab/scenarios/leak", undefined, "/", "/home/anna/lab"];

test.each([
  ["/home/anna/lab/scenarios/leak/compose.yml: no", "compose.yml: no"],
  ["cannot read /home/anna/lab/runs/x, /etc/hosts", "cannot read runs/x, /etc/hosts"],
  ["unix:///home/anna/.cache/docker.sock is gone", "unix://.cache/docker.sock is gone"],
  ["in /home/anna/lab", "in ."],
  ["/app/x.py in api ended with 1", "/app/x.py in api ended with 1"],
])("%s", (text, told) => expect(impersonal(text, folders)).toBe(told));

test("a text without end is cut", () =>
  expect(impersonal("x".repeat(1e6), folders).length).toBeLessThan(5000));
