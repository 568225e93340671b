import { ExitCode } from "../errors.ts";
import type { Output } from "./context.ts";
import { leftovers, tried } from "./doctor/containers.ts";
import { openEngine } from "./doctor/engine.ts";
import { looked, ok, type Finding } from "./doctor/finding.ts";
import { cacheDisk, engineDisk, machine, runFolder } from "./doctor/machine.ts";
import { certificates, proxies, registries } from "./doctor/network.ts";
import { json, lines } from "./doctor/print.ts";

/**
 * Examines the machine and prints what it found, and how to mend it. Nothing is fetched or built.
 * Gives 0, or the code that a run would end with.
 */
export async function examine(out: Output, { asJson = false } = {}): Promise<number> {
  const findings: Finding[] = [];
  for await (const found of looks()) {
    findings.push(...found);
    if (!asJson)
      for (const finding of found)
        for (const line of lines(finding, Math.min(100, out.columns || 80))) out.write(`${line}\n`);
  }
  const exitCode = findings.find(({ state }) => state === "fail")?.exitCode ?? ExitCode.ok;
  if (asJson) out.write(json(findings, exitCode));
  return exitCode;
}

/** What is asked at once is told in this order. */
async function* looks(): AsyncGenerator<readonly Finding[]> {
  yield [ok("node", process.versions.node), runFolder()];
  yield await looked("cache folder", async () => [await cacheDisk()]);
  const { engine, findings } = await openEngine();
  await using _held = engine;
  yield findings;
  const reach = looked("registries", () => registries(engine));
  if (engine) {
    const about = [
      looked("machine", () => machine(engine)),
      looked("engine's disk", () => engineDisk(engine)),
      looked("leftovers", () => leftovers(engine)),
      looked("containers", () => tried(engine)),
    ];
    for (const one of about) yield await one;
  }
  yield await looked("proxies", async () => proxies(process.env, engine));
  yield await looked("CA", async () => certificates(process.env));
  yield await reach;
}
