import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configurationHash, scenarioHash } from "../../../harness/scenario/hashes.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hashes-"));
  mkdirSync(join(folder, "app"));
  mkdirSync(join(folder, "drill"));
  writeFileSync(join(folder, "scenario.ts"), "a");
  writeFileSync(join(folder, "app/run.sh"), "b");
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each<[string, () => void]>([
  ["a file's content", () => writeFileSync(join(folder, "scenario.ts"), "c")],
  ["a file more", () => writeFileSync(join(folder, "app/more"), "")],
  [
    "a README further down, which an image may hold",
    () => writeFileSync(join(folder, "app/README.md"), ""),
  ],
  ["whether a file can be run", () => chmodSync(join(folder, "app/run.sh"), 0o755)],
  ["where a link leads", () => symlinkSync("elsewhere", join(folder, "app/link"))],
])("%s changes a scenario's hash", async (_, change) => {
  const before = await scenarioHash(folder);
  change();
  expect(await scenarioHash(folder)).not.toBe(before);
});

test("what people read, and who else may read, leave it as it is", async () => {
  const before = await scenarioHash(folder);
  writeFileSync(join(folder, "README.md"), "story");
  writeFileSync(join(folder, "drill/hints.md"), "hint");
  chmodSync(join(folder, "scenario.ts"), 0o600);
  expect(await scenarioHash(folder)).toBe(before);
});

test("paths inside of containers count as they are, also where they look like the clone's", () => {
  const model = (target: string) => ({
    services: { a: { volumes: [{ type: "volume", source: "data", target }] } },
    ...{ networks: {}, volumes: {}, secrets: {}, configs: {}, text: "" },
  });
  const hash = (target: string) => configurationHash(model(target), "/srv/scenarios/it", "/srv");
  expect(hash("/srv/data")).toBe(configurationHash(model("/srv/data"), "/x/scenarios/it", "/x"));
  expect(hash("/srv/data")).not.toBe(hash("/srv/other"));
});
