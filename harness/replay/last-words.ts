import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Row } from "../record/schema.ts";
import { armFile, type PlannedArm } from "./run-file.ts";

/** More would hide the table below it. */
const mostServices = 2;
const mostLines = 5;

/** A played arm: its run's folder, which it was, and its rows. */
export interface Played {
  readonly folder: string;
  readonly arm: PlannedArm;
  readonly rows: readonly Row[];
}

/**
 * What some services of an arm that never came up have said last, by the logs in the run's folder:
 * those that ended, or where all still run, those that said anything. Undefined for an arm that came
 * up, and where there is nothing to tell.
 */
export async function lastWords(
  { folder, arm, rows }: Played,
  services: readonly string[],
): Promise<string | undefined> {
  if (rows.some(({ type }) => type === "phase")) return undefined;
  const logs = join(folder, "logs", armFile(arm));
  const names = (await readdir(logs).catch(() => []))
    .map((file) => file.replace(/\.log$/, ""))
    .filter((name) => services.includes(name) || services.includes(name.replace(/-\d+$/, "")));
  const all = await Promise.all(
    names.toSorted().map(async (name) => {
      const ended = endOf(name, rows);
      const said = lastLines(await readFile(join(logs, `${name}.log`), "utf8").catch(() => ""));
      return { ended, text: textOf(name, ended, said), silent: said.length === 0 };
    }),
  );
  const over = all.filter(({ ended }) => ended !== undefined);
  const told = over.length > 0 ? over : all.filter(({ silent }) => !silent);
  const texts = told.slice(0, mostServices).map(({ text }) => text);
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** The code that a service ended with; undefined while it runs, also again. */
function endOf(service: string, rows: readonly Row[]): number | undefined {
  const last = rows.findLast(
    (row) =>
      row.type === "event" &&
      row.service === service &&
      (row.action === "start" || row.action === "die"),
  );
  return last?.type === "event" && last.action === "die" ? (last.exitCode ?? 0) : undefined;
}

/** The name first: what follows it may be cut off where it would give a drill away. */
function textOf(service: string, ended: number | undefined, said: readonly string[]): string {
  const how = ended === undefined ? `${service} runs` : `${service} ended with ${ended}`;
  if (said.length === 0) return `${how}, and said nothing.`;
  return `${how}. It said last:\n${said.join("\n")}`;
}

const lastLines = (log: string) =>
  log
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line))
    .slice(-mostLines);
