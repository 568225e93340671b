/**
 * `npm run docs`: fills the figures of all READMEs and draws their charts from docs/example-run.
 * `npm run docs -- RUN` first replaces docs/example-run by that run: its records, packed.
 */
import { constants, zstdCompressSync } from "node:zlib";
import { basename, resolve } from "node:path";
import { chalk, fs, glob, path } from "zx";
import { judgeFolder } from "../harness/index.ts";
import { writeFigures } from "../harness/report/figures.ts";

const root = resolve(import.meta.dirname, "..");
const example = path.join(root, "docs/example-run");
const [run] = process.argv.slice(2);
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 19 } };

if (run !== undefined) await takeOver(resolve(run));
const judged = await judgeFolder(example);
if (!judged.verdict.ok) console.error(chalk.yellow("Not all of its verdicts are as claimed."));
for (const file of await writeFigures(root, judged)) console.log(file);

/** Records shrink to less than a tenth, and the same record always to the same bytes. */
async function takeOver(folder: string): Promise<void> {
  await judgeFolder(folder);
  await fs.emptyDir(path.join(example, "record"));
  await fs.copy(path.join(folder, "run.json"), path.join(example, "run.json"));
  for (const file of await glob("record/*.ndjson", { cwd: folder, absolute: true })) {
    const packed = zstdCompressSync(await fs.readFile(file), packing);
    await fs.writeFile(path.join(example, "record", `${basename(file)}.zst`), packed);
  }
}
