import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadScenario, replay } from "../../harness/index.ts";

// The scenario that CONTRIBUTING.md builds from nothing, as it stands there.

const root = join(import.meta.dirname, "../..");
const files = ["compose.yml", "app/leak.py", "Dockerfile", "fixes/bounded.patch", "scenario.ts"];
const home = await mkdtemp(join(import.meta.dirname, ".tmp-"));
afterAll(() => rm(home, { recursive: true, force: true }));

test("the guide's scenario is judged as the guide says", { timeout: 300_000 }, async () => {
  const guide = await readFile(join(root, "CONTRIBUTING.md"), "utf8");
  const folder = join(home, "leaky-list");
  for (const name of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), blockAfter(guide, name));
  }
  await writeFile(join(folder, "README.md"), "# A list that only grows\n");
  await writeFile(join(home, "envelope.yml"), blockAfter(guide, "envelope.yml"));

  const { verdict } = await replay({
    scenarios: [await loadScenario(folder)],
    out: join(home, "runs"),
  });
  const [scenario] = verdict.scenarios;
  expect(scenario!.arms.map(({ name, verdict: word }) => [name, word])).toEqual([
    ["broken", "reproduced"],
    ["bounded", "fixed"],
    ["bigger-box", "rejected"],
    ["tidy", "not reproduced"],
  ]);
});

/** The code block that follows a file's name in bold. */
function blockAfter(guide: string, name: string): string {
  const block = new RegExp(
    `^\\*\\*${name}[.:]\\*\\*[^]*?\\n\`\`\`\\w+\\n([^]*?\\n)\`\`\``,
    "m",
  ).exec(guide);
  if (!block?.[1]) throw new Error(`CONTRIBUTING.md shows no ${name}.`);
  return block[1];
}
