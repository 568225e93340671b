import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { MiB } from "../judge/units.ts";

/** As much as is of use to a reader. */
const most = 16 * MiB;

/**
 * What drivers say that is no observation, by service, in `SERVICE.driver.log`: what comes at once
 * is written at once, for millions of lines would otherwise be millions of writes.
 */
export function driverLog(folder: string): (service: string, line: string) => void {
  const waiting = new Map<string, string[]>();
  let taken = 0;
  const flush = () => {
    for (const [service, lines] of waiting) append(join(folder, `${service}.driver.log`), lines);
    waiting.clear();
  };
  return (service, line) => {
    if (taken > most) return;
    taken += line.length + 1;
    if (waiting.size === 0) setImmediate(flush);
    const lines = waiting.get(service) ?? [];
    waiting.set(service, lines);
    lines.push(taken > most ? "[What came later is left out.]" : line);
  };
}

function append(file: string, lines: readonly string[]): void {
  try {
    appendFileSync(file, `${lines.join("\n")}\n`);
  } catch {
    // a full disk: logs are a help, never a verdict
  }
}
