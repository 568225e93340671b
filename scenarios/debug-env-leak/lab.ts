import type { Stage } from "../../harness/scenario/index.ts";
import type { Stored, Table } from "./reading.ts";

/*
 * What the lab itself counts, at its database and in its bucket: never what the worker says. The
 * worker may have done anything to the table, so a question that is refused has no rows.
 */

/** SHA-256 of each text, by its name. */
type Texts = ReadonlyMap<string, string>;

/** What the bucket holds. */
export async function textsInBucket(stage: Stage): Promise<Texts> {
  const { stdout } = await stage.exec("stock", ["/tell.py"]);
  return new Map(stdout.trim().split("\n").map(pair));
}

/** How the table stands to the bucket. More rows than these are wrong in any case. */
export async function storedOf(stage: Stage, bucket: Texts): Promise<Stored> {
  const statement = `SELECT left(name, 200), encode(sha256(convert_to(text, 'UTF8')), 'hex')
    FROM archive_logfile LIMIT 9000`;
  const rows = (await ask(stage, statement)).split("\n").filter(Boolean).map(pair);
  const right = new Set(rows.flatMap(([name, hash]) => (bucket.get(name) === hash ? [name] : [])));
  return { right: right.size, wrong: rows.length - right.size };
}

/** Names in either that are not in both with the same text. */
export const differences = (before: Texts, after: Texts): number =>
  [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  ).length;

/** Rows, those with a text, and the number in the last name: all that a killed job leaves. */
export async function tableOf(stage: Stage): Promise<Table> {
  const answer = await ask(
    stage,
    "SELECT count(*), count(*) FILTER (WHERE text <> ''), max(name) FROM archive_logfile",
  );
  const [rows = "", stored = "", last = ""] = answer.split("|");
  return { rows: Number(rows), stored: Number(stored), lastKey: Number.parseInt(last, 10) || 0 };
}

/** Whether the deployment has laid the table. */
export async function isTableThere(stage: Stage): Promise<boolean> {
  return (await ask(stage, "SELECT 1 FROM archive_logfile LIMIT 0; SELECT 1")) === "1";
}

/** Who is connected over the network; the lab itself comes by a socket file. */
export async function connections(stage: Stage): Promise<{ all: number; busy: number }> {
  const [all = "", busy = ""] = (
    await ask(
      stage,
      `SELECT count(*), count(*) FILTER (WHERE state <> 'idle')
        FROM pg_stat_activity WHERE client_addr IS NOT NULL`,
    )
  ).split("|");
  return { all: Number(all), busy: Number(busy) };
}

export const truncate = (stage: Stage) =>
  stage.exec("postgres", ["sql", "TRUNCATE archive_logfile"]);

async function ask(stage: Stage, statement: string): Promise<string> {
  const { exitCode, stdout } = await stage.exec("postgres", ["sql", statement], { check: false });
  return exitCode === 0 ? stdout.trim() : "";
}

function pair(line: string): [string, string] {
  const at = Math.max(line.lastIndexOf(" "), line.lastIndexOf("|"));
  return [line.slice(0, at), line.slice(at + 1)];
}
