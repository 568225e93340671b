import type { Stage } from "../../harness/scenario/index.ts";

/** A deployment: the monitor is started anew, watched by a person at the desk, and checked. */
export async function drive(stage: Stage): Promise<void> {
  const { exec, logs, observe } = stage;
  const ready = /ready after ([\d.]+) s/.exec(await logs("old-release"))?.[1];
  observe("old release ready", Number(ready), "s");

  const measured = stage.start("oncall", ["measure-release"], { timeoutMs: 200_000 });
  await stage.until("someone watches the page", () => stage.seen("watching").length, {
    withinMs: 20_000,
  });
  stage.phase("deploy");
  await stage.restart("monitor");
  const check = await exec("oncall", ["accept-release", "5"], { check: false });
  observe("accepted", check.exitCode === 0 ? 1 : 0);
  observe("acceptance check says", (check.stdout + check.stderr).trim());
  // pip is busy for a second: not while somebody waits for what may come at once.
  await stage.attempt(() => stage.seen("stop").length && stage.seen("update").length, {
    withinMs: 10_000,
  });
  const [old, here] = [await freeze(stage, "oncall"), await freeze(stage, "monitor")];
  observe("drift", differing(old, here));
  const { exitCode, stderr } = await measured.done;
  if (exitCode !== 0) throw new Error(`measure-release ended with ${exitCode}: ${stderr}`);

  observe("forwarded", [...(await logs("corp-dns")).matchAll(/ forwarded \S+ to /g)].length);
  const said = await Promise.all(["monitor", "vm", "corp-dns", "app01", "oncall"].map(logs));
  observe(
    "errors",
    said.join("").match(/error|exception|traceback|critical|warning/gi)?.length ?? 0,
  );
}

/** `pip freeze` in a service's container: package to version. The desk's image is the old one. */
async function freeze(stage: Stage, service: string): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await stage.exec(service, ["pip", "freeze"]);
  return new Map(
    [...stdout.matchAll(/^(\S+)==(\S+)$/gm)].map(([, name = "", version = ""]) => [
      name.toLowerCase(),
      version,
    ]),
  );
}

/** Every package whose version differs, "none" where it is not there. */
function differing(old: ReadonlyMap<string, string>, here: ReadonlyMap<string, string>): string[] {
  return [...new Set([...old.keys(), ...here.keys()])]
    .sort()
    .filter((name) => old.get(name) !== here.get(name))
    .map((name) => `${name} ${old.get(name) ?? "none"} -> ${here.get(name) ?? "none"}`);
}
