import type { Stage } from "../../harness/scenario/index.ts";
import { isPrompt, waits } from "./waits.ts";

/** A deployment, watched by a person at the desk and checked; where all is well, the days after it. */
export async function drive(stage: Stage): Promise<void> {
  const { exec, logs, observe } = stage;
  const ready = /ready after ([\d.]+) s/.exec(await logs("old-release"))?.[1];
  observe("old release ready", Number(ready), "s");

  stage.phase("deploy");
  await stage.stop("monitor");
  const measured = stage.start("oncall", ["measure-release"], { timeoutMs: 300_000 });
  await stage.until("someone watches the page", () => stage.seen("watching").length, {
    withinMs: 20_000,
  });
  await stage.startService("monitor");
  const check = await exec("oncall", ["accept-release", "5"], { check: false });
  observe("accepted", check.exitCode === 0 ? 1 : 0);
  observe("acceptance check says", (check.stdout + check.stderr).trim());
  // pip is busy for a second: not while somebody waits for what may come at once.
  await stage.attempt(() => stage.seen("stop").length && stage.seen("update").length, {
    withinMs: 10_000,
  });
  observe("drift", await drift(stage));
  await ended(measured, "measure-release");

  observe("forwarded", [...(await logs("corp-dns")).matchAll(/ forwarded \S+ to /g)].length);
  const said = await Promise.all(["monitor", "vm", "corp-dns", "app01", "config"].map(logs));
  observe(
    "errors",
    said.join("").match(/error|exception|traceback|critical|warning/gi)?.length ?? 0,
  );
  if (waits.every((name) => isPrompt(name, Number(stage.seen(name).at(-1)))))
    await daysAfter(stage);
}

/** The days after; and the next release, on a day on which the desk is down. */
async function daysAfter(stage: Stage): Promise<void> {
  await ended(stage.start("oncall", ["days-after"], { timeoutMs: 300_000 }), "days-after");
  stage.phase("next release");
  await stage.stop("config");
  await stage.restart("monitor");
  await ended(stage.start("oncall", ["last-known"]), "last-known");
}

/** The desk's commands tell what the monitor does and never fail for it. */
async function ended({ done }: ReturnType<Stage["start"]>, command: string): Promise<void> {
  const { exitCode, stderr } = await done;
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}: ${stderr}`);
}

/** Every package whose version differs from the desk's image, the old one; "none" where it is not there. */
async function drift(stage: Stage): Promise<string[]> {
  const [old, here] = [await freeze(stage, "oncall"), await freeze(stage, "monitor")];
  return [...new Set([...old.keys(), ...here.keys()])]
    .sort()
    .filter((name) => old.get(name) !== here.get(name))
    .map((name) => `${name} ${old.get(name) ?? "none"} -> ${here.get(name) ?? "none"}`);
}

/** `pip freeze` in a service's container: package to version. A fix may have no pip, or be down. */
async function freeze(stage: Stage, service: string): Promise<ReadonlyMap<string, string>> {
  if (stage.events(service, "die").length >= stage.events(service, "start").length)
    return new Map();
  const { stdout } = await stage.exec(service, ["sh", "-c", "pip freeze"], { check: false });
  return new Map(
    [...stdout.matchAll(/^(\S+)==(\S+)$/gm)].map(([, name = "", version = ""]) => [
      name.toLowerCase(),
      version,
    ]),
  );
}
