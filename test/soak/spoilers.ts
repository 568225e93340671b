/**
 * `npm run spoilers -- [DRILL...]`: begins each drill, or those so named, collects all that a learner
 * can reach (the engine's words, the toolbox, files, each verb's replies, a check) and looks for
 * what is not to be read before the debrief. Prints what it finds; 1 if that is anything.
 */
import { execa } from "execa";
import { rmSync } from "node:fs";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allDrills, findDrill, type Drill } from "../../harness/drill/load.ts";
import { riddleOf } from "../../harness/drill/riddle.ts";
import { readSession } from "../../harness/drill/session.ts";
import { isAllowed, spoilersIn, type Surface } from "../../harness/drill/spoilers.ts";
import {
  engineSurfaces,
  folderSurfaces,
  LOOK_AROUND,
  partsOf,
} from "../../harness/drill/surfaces.ts";
import { acquireEngine } from "../../harness/engine/index.ts";
import { silent } from "../../harness/progress.ts";
import { loadScenario } from "../../harness/scenario/load.ts";

const main = join(import.meta.dirname, "../../harness/cli/main.ts");
const named = process.argv.slice(2);
const drills =
  named.length > 0 ? await Promise.all(named.map((word) => findDrill(word))) : await allDrills();

let found = 0;
for (const drill of drills) found += await lookThrough(drill);
console.log(`${drills.length} drills: ${found} spoilers`);
process.exitCode = found > 0 ? 1 : 0;

/** Plays a drill as far as anybody can without its debrief; gives how many spoilers there were. */
async function lookThrough({ definition, folder }: Drill): Promise<number> {
  const cwd = await mkdtemp(join(tmpdir(), "aftershock-spoilers-"));
  // A drill outlives who began it, but not its folder.
  const cutOff = () => {
    rmSync(cwd, { recursive: true });
    process.exit(143);
  };
  process.once("SIGTERM", cutOff).once("SIGINT", cutOff);
  const surfaces: Surface[] = [];
  const say = async (...args: readonly string[]) => {
    const { all } = await execa(process.execPath, [main, ...args], {
      cwd,
      reject: false,
      all: true,
    });
    surfaces.push({ where: `reply ${args.join(" ")}`, text: all });
  };
  try {
    await say("drill", String(definition.number));
    await collect(cwd, surfaces, say);
    const { definition: scenario } = await loadScenario(folder);
    const riddle = await riddleOf(definition, scenario, folder);
    // A hint is asked for, and may come near; what is to be written it never tells.
    const hints = surfaces.filter(({ where }) => where.startsWith("reply hint"));
    const others = surfaces.filter((one) => !hints.includes(one));
    const spoilers = [
      ...spoilersIn(others, riddle),
      ...spoilersIn(hints, { ...riddle, words: [], patterns: [] }),
    ];
    const bytes = surfaces.reduce((sum, { text }) => sum + text.length, 0);
    console.log(`${definition.name}: ${surfaces.length} surfaces, ${Math.round(bytes / 1024)} KiB`);
    for (const { where, what, excerpt } of spoilers)
      console.log(`  ${where}: "${what}" in: ${excerpt}`);
    const unused = riddle.allowed.filter(
      (one) => !surfaces.some(({ where, text }) => isAllowed({ where, what: text }, [one])),
    );
    for (const { word, where } of unused)
      console.log(`  allowed, and not there: ${word} in ${where}`);
    return spoilers.length;
  } finally {
    process.off("SIGTERM", cutOff).off("SIGINT", cutOff);
    await say("drill", "--end");
    await rm(cwd, { recursive: true });
  }
}

async function collect(
  cwd: string,
  surfaces: Surface[],
  say: (...args: readonly string[]) => Promise<void>,
): Promise<void> {
  const [name = ""] = await readdir(join(cwd, "drills"));
  const session = join(cwd, "drills", name);
  const { state } = await readSession(session);
  await say("shell", "--", "sh", "-c", LOOK_AROUND);
  surfaces.push(...partsOf(surfaces.pop()!.text));
  for (const args of [["drill"], ["drill", "--json"], ["note", "a guess"], ["check"]])
    await say(...args);
  for (let hint = 0; hint < 5; hint++) await say("hint");
  await touchWorkspace(session);
  await say("check");
  await say("check", "--json");
  await using engine = await acquireEngine({ progress: silent });
  surfaces.push(...(await engineSurfaces(engine, state.run)));
  surfaces.push(...(await folderSurfaces("session", session)));
}

/** A change that changes nothing, so that there is something to check. */
async function touchWorkspace(session: string): Promise<void> {
  const entries = await readdir(join(session, "workspace"), {
    recursive: true,
    withFileTypes: true,
  });
  const file = entries.find((entry) => entry.isFile() && /\.(py|cfg)$/.test(entry.name));
  if (file) await appendFile(join(file.parentPath, file.name), "\n");
}
