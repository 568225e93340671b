/**
 * `npm run docs`: fills the figures of all READMEs and draws their charts from docs/example-run.
 * `npm run docs -- RUN` first replaces docs/example-run by that run: its records, packed.
 */
import { join, resolve } from "node:path";
import { chalk } from "zx";
import { AftershockError, ExitCode, judgeFolder } from "../harness/index.ts";
import { writeFigures } from "./figures.ts";
import { takeOver } from "./take-over.ts";

const root = resolve(import.meta.dirname, "..");
const example = join(root, "docs/example-run");
const [run] = process.argv.slice(2);

try {
  if (run !== undefined) await takeOver(run, example);
  const judged = await judgeFolder(example);
  if (!judged.verdict.ok) console.error(chalk.yellow("Not all of its verdicts are as claimed."));
  for (const file of await writeFigures(root, judged)) console.log(file);
} catch (error) {
  const ours = error instanceof AftershockError;
  console.error(ours ? [error.message, error.hint].filter(Boolean).join("\n") : error);
  process.exitCode = ours ? error.exitCode : ExitCode.internal;
}
