/**
 * `npm run fixes -- [SCENARIO/NAME...]`: the fixes of test/fixes, or those so named, each by `check` as
 * anybody's own: what is called right must be fixed, what is called wrong must not be. Three at once,
 * a broken run of each scenario before them. Prints a line each; 1 if a verdict is wrong.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { checkFix } from "../../harness/cli/check-command.ts";
import { acquireEngine } from "../../harness/engine/index.ts";
import { ExitCode } from "../../harness/index.ts";
import { silent } from "../../harness/progress.ts";

const root = join(import.meta.dirname, "../fixes");
const named = process.argv.slice(2).map((name) => name.replace(/\/$/, ""));
const known = readdirSync(root).flatMap((id) =>
  readdirSync(join(root, id)).map((fix) => `${id}/${fix}`),
);
const stranger = named.find((name) => !existsSync(join(root, name)));
if (stranger !== undefined) throw new Error(`test/fixes holds no ${stranger}.`);
const waiting = named.length > 0 ? named : known;

const out = join(import.meta.dirname, "../../runs");
await using _engine = await acquireEngine({ progress: silent });
let mistakes = 0;
let undecided = 0;

for (const id of new Set(waiting.map((name) => name.split("/")[0]!))) {
  const own = waiting.filter((name) => name.startsWith(`${id}/`));
  const [first, ...rest] = own;
  if (first !== undefined) await judged(first); // leaves a broken record for the others
  await Promise.all(Array.from({ length: 3 }, () => inTurn(rest)));
}
console.log(`${waiting.length} fixes: ${mistakes} judged wrongly, ${undecided} not decided`);
process.exitCode = mistakes > 0 ? 1 : 0;

async function inTurn(fixes: string[]): Promise<void> {
  for (let name = fixes.shift(); name !== undefined; name = fixes.shift()) await judged(name);
}

async function judged(name: string): Promise<void> {
  const [id = "", fix = ""] = name.split("/");
  const began = performance.now();
  const dir = join(root, name);
  const { signal } = new AbortController();
  const asked = { id, dir, out, fresh: false, json: false, columns: 100, signal };
  const { text, exitCode } = await checkFix(asked);
  const fixed = exitCode === ExitCode.ok;
  const decided = fixed || exitCode === ExitCode.claimFailed;
  const mistake = decided && fixed !== fix.startsWith("right-");
  mistakes += Number(mistake);
  undecided += Number(!decided);
  const word = mistake ? "WRONG" : decided ? "ok" : "?";
  console.log(
    `${word.padEnd(5)} ${name}: exit ${exitCode}, ${Math.round((performance.now() - began) / 1000)} s`,
  );
  if (word !== "ok") console.log(text);
}
