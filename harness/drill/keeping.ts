import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { acquireEngine } from "../engine/index.ts";
import { EnvironmentError, ExitCode, ScenarioError, UsageError } from "../errors.ts";
import { fateOf, label, ownerLabel } from "../lifecycle/labels.ts";
import { labelled, remove } from "../lifecycle/sweep.ts";
import { moduleBeside } from "../package.ts";
import type { Progress } from "../progress.ts";
import { claimSession, keeperOf } from "./claim.ts";
import { appendEvent } from "./events.ts";
import { mustBeWritable, placesOf, readSession, saveState, type Session } from "./session.ts";

const lookEveryMs = 100;

/**
 * Makes sure that a process keeps the session's system up, and waits until it is up. It outlives
 * this one and its terminal; what it says while it brings the system up is handed to `tell`.
 * @throws what kept it from coming up
 */
export async function keptUp(path: string, tell: (line: string) => void): Promise<Session> {
  const { log } = placesOf(path);
  const read = await newLines(log);
  const kept = (await keeperOf(path)) !== undefined;
  if (!kept) await mustBeWritable(path);
  const child = kept ? undefined : startKeeper(path, log);
  let ended = child === undefined;
  child?.once("exit", () => (ended = true));
  child?.once("error", () => (ended = true));
  for (;;) {
    const up = await upNow(path);
    for (const line of await read()) tell(line);
    if (up) return up;
    if (ended && !(await keeperOf(path))) throw whyDown(await readSession(path));
    await sleep(lookEveryMs);
  }
}

/** The session, where its system is up at this moment; a keeper that was killed keeps nothing up. */
export async function upNow(path: string): Promise<Session | undefined> {
  const keeper = await keeperOf(path);
  const session = await readSession(path);
  const own = keeper && session.state.keeper === ownerLabel(keeper);
  return own && session.state.life === "up" ? session : undefined;
}

/** Of a session of its own: neither Ctrl-C nor the end of a terminal reaches it. */
function startKeeper(path: string, log: string) {
  const out = openSync(log, "a");
  const script = fileURLToPath(moduleBeside(import.meta, "keeper"));
  const child = spawn(process.execPath, [script, path], {
    detached: true,
    stdio: ["ignore", out, out],
  });
  closeSync(out);
  child.unref();
  return child;
}

/** Gives what was written to a file since the last time it was asked. */
async function newLines(file: string): Promise<() => Promise<readonly string[]>> {
  const text = () => readFile(file, "utf8").catch(() => "");
  let seen = (await text()).length;
  return async () => {
    const fresh = (await text()).slice(seen);
    const whole = fresh.slice(0, fresh.lastIndexOf("\n") + 1);
    seen += whole.length;
    return whole.split("\n").slice(0, -1);
  };
}

function whyDown({ path, state: { trouble } }: Session): Error {
  const hint = `What it said is in ${placesOf(path).log}; \`aftershock drill\` tries again.`;
  if (!trouble)
    return new EnvironmentError("DRILL_DOWN", "The drill's system did not come up.", { hint });
  const { code, message, exitCode } = trouble;
  const kinds = { [ExitCode.usage]: UsageError, [ExitCode.invalidScenario]: ScenarioError };
  const Kind = kinds[exitCode as keyof typeof kinds] ?? EnvironmentError;
  return new Kind(code, message, { hint: trouble.hint ?? hint });
}

/** Longer than it takes to take all down and to let go of the engine. */
const endsWithinMs = 30_000;

/**
 * Ends the keeper, and with it all that the session has on the engine; then looks whether that is
 * so. Without a keeper what is left of it is removed from here.
 * @returns what could not be removed
 */
export async function stopKeeper(path: string, progress: Progress): Promise<readonly string[]> {
  await endKeeper(path);
  // While this is held nobody brings it up again. A full disk is no reason to leave it all there.
  await using _claim = await claimSession(path).catch(() => undefined);
  const { state } = await readSession(path);
  await using engine = await acquireEngine({ progress });
  const filter = `${label.run}=${state.run}`;
  await remove(engine.docker, await labelled(engine.docker, filter)).catch(() => {}); // told below
  const left = await labelled(engine.docker, filter);
  return left.map(({ kind, name }) => `${kind} ${name}`);
}

async function endKeeper(path: string): Promise<void> {
  const owner = await keeperOf(path);
  if (!owner) return;
  if (fateOf(owner) === "unknown")
    throw new EnvironmentError(
      "KEEPER_ELSEWHERE",
      "The drill is kept up from another container or machine.",
      {
        hint: "End it from there: aftershock drill --end",
      },
    );
  process.kill(owner.pid, "SIGTERM");
  const deadline = performance.now() + endsWithinMs;
  while (await keeperOf(path)) {
    if (performance.now() > deadline) process.kill(owner.pid, "SIGKILL");
    await sleep(lookEveryMs);
  }
}

/** Ends a session for good: its folder stays. */
export async function endSession(
  { path }: Session,
  progress: Progress,
): Promise<readonly string[]> {
  const left = await stopKeeper(path, progress);
  const { state } = await readSession(path);
  await saveState(path, { ...state, life: "ended" });
  await appendEvent(path, "ended");
  return left;
}
