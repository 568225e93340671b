import type { Stage } from "../../../harness/scenario/index.ts";
import { rounds } from "../drive.ts";

/** All customers, again and again: each deploys new code, presses Reload, and looks what he gets. */
export default async function load(stage: Stage): Promise<void> {
  await browse(stage, "tabs");
  await inService(stage, rounds.four.servers);
  await reloadAll(stage, 2);
  await inService(stage, rounds.nine.servers);
  await browse(stage, "visit", "moved"); // each app starts in its new home
  for (let version = 3; !stage.signal.aborted; version++) {
    await reloadAll(stage, version);
    if (version === 3) stage.phase("symptom");
    await browse(stage, "tidy");
    await stage.watch(20_000);
  }
}

/** Tells how many are served their old code. */
async function reloadAll(stage: Stage, version: number): Promise<void> {
  await browse(stage, "deploy", `${version}`, "then", "reload", "pressed", "then", "visit", "got");
  const got = stage.seen("got").at(-1) as Readonly<Record<string, readonly number[]>>;
  const old = Object.values(got).filter(([, , , served]) => served !== version);
  stage.observe("on old code", old.length, "1");
}

const inService = (stage: Stage, servers: readonly number[]) =>
  stage.exec("balancer", ["in-service", ...servers.map(String)]);

const browse = (stage: Stage, ...command: readonly string[]) =>
  stage.start("browser", ["browse", ...command], { timeoutMs: 300_000 }).done;
