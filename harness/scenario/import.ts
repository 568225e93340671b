import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { loadLimitMs, notLoaded, tooLong } from "./trial.ts";

/** One at a time, so that what goes wrong on the way is known to be this file's. */
let before: Promise<unknown> = Promise.resolve();

/** In an object: a promise, or what pretends to be one, would be awaited on the way out. */
interface Imported {
  readonly exported: unknown;
}

/**
 * What a scenario.ts exports by default. Loading can't end this process, and comes to an end.
 * @throws ScenarioError SCENARIO_NOT_LOADED with file and line
 */
export function importDefault(file: string): Promise<Imported> {
  const mine = before.then(() => importAlone(file));
  before = mine.catch(() => undefined);
  return mine;
}

async function importAlone(file: string): Promise<Imported> {
  const trouble = Promise.withResolvers<never>();
  trouble.promise.catch(() => undefined); // it is looked at below, if it comes in time
  const limit = setTimeout(() => trouble.reject(tooLong), loadLimitMs);
  const { exit } = process;
  process.exit = (code) => {
    throw new Error(`ends the process (exit code ${code ?? 0}) when it is loaded`);
  };
  process.on("unhandledRejection", trouble.reject);
  try {
    const loaded = import(pathToFileURL(file).href) as Promise<{ default?: unknown }>;
    const module = await Promise.race([loaded, trouble.promise]);
    await Promise.race([setImmediate(), trouble.promise]); // rejections are told a little later
    return { exported: module.default };
  } catch (cause) {
    throw notLoaded(file, cause);
  } finally {
    clearTimeout(limit);
    process.exit = exit;
    process.off("unhandledRejection", trouble.reject);
  }
}
