import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Row } from "../../../harness/record/schema.ts";
import { lastWords } from "../../../harness/replay/last-words.ts";
import { head } from "../../support/rows.ts";

const folder = mkdtempSync(join(tmpdir(), "last-words-"));
afterAll(() => rmSync(folder, { recursive: true }));
const arm = { scenario: "one", arm: "yours", role: "yours", repeat: 1 } as const;
const logs = join(folder, "logs/one.yours.1");
mkdirSync(logs, { recursive: true });
const traceback = `Traceback (most recent call last):
  File "/opt/page.py", line 4
    def page(
            ^
SyntaxError: invalid syntax
`;
writeFileSync(join(logs, "page.log"), traceback);
writeFileSync(join(logs, "worker-2.log"), "no such queue\n");
writeFileSync(join(logs, "quiet.log"), "");
writeFileSync(join(logs, "neighbour.log"), "nothing of yours\n");

const event = (service: string, action: "start" | "die", exitCode?: number): Row => {
  return { type: "event", t: 1, service, action, ...(exitCode !== undefined && { exitCode }) };
};
const of = (rows: readonly Row[], ...services: string[]) =>
  lastWords({ folder, arm, rows: [head(), ...rows] }, services);

test("a service that ended is named with its code and its last words, and no other", async () => {
  const rows = [event("page", "start"), event("page", "die", 1), event("neighbour", "die", 3)];
  const told = await of(rows, "page", "worker");
  expect(told).toMatch(/^page ended with 1\. It said last:\n/);
  expect(told).toMatch(/line 4\n.*\nSyntaxError: invalid syntax$/);
  expect(told).not.toMatch(/worker|neighbour/);
});

test("where all run, those that said something are told; also one of several", async () => {
  const again = [event("page", "die", 1), event("page", "start")];
  expect(await of(again, "page")).toMatch(/^page runs\. It said last:/);
  expect(await of([], "worker", "quiet")).toBe("worker-2 runs. It said last:\nno such queue");
});

test("silence is said, and nothing follows it", async () => {
  expect(await of([event("quiet", "die", 0)], "quiet")).toBe(
    "quiet ended with 0, and said nothing.",
  );
  expect(await of([], "quiet")).toBeUndefined();
});

test("of a system that came up there are no last words", async () => {
  const up: Row = { type: "phase", t: 1, name: "baseline" };
  expect(await of([up, event("page", "die", 1)], "page")).toBeUndefined();
});
