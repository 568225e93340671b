import { bounded } from "../../engine/bounded.ts";
import type { Engine } from "../../engine/index.ts";
import { probeEngine } from "../../engine/probe.ts";
import { missingBases } from "../../images/bases.ts";
import { label, ownerLabel } from "../../lifecycle/labels.ts";
import { abandoned } from "../../lifecycle/sweep.ts";
import { failed, note, ok, type Finding } from "./finding.ts";

/** Three containers and a network take a second; a busy machine is no reason to give up. */
const TRY_WITHIN_MS = 60_000;

/**
 * What an engine must really do, tried where the base images are there. Should we be killed, a
 * sweep finds all of it.
 */
export async function tried(engine: Engine): Promise<readonly Finding[]> {
  const missing = await missingBases(engine);
  if (missing.length > 0) {
    const told = `${missing.join(" and ")} not there yet: the first run makes them. Then limits and networks can be tried here.`;
    return [ok("base images", told)];
  }
  const labels = { [label.owner]: ownerLabel(), [label.run]: `doctor-${process.pid}` };
  const found = await bounded("Trying containers", TRY_WITHIN_MS, () =>
    probeEngine(engine, labels),
  );
  return [
    ok("base images", "there"),
    ...found.map(({ what, ok: fine, told, hint = "" }) =>
      fine ? ok(what, told) : { ...failed(what, new Error(told)), hint },
    ),
  ];
}

/** What dead runs have left on the engine; the next run removes it. */
export async function leftovers({ docker }: Engine): Promise<readonly Finding[]> {
  const left = await abandoned(docker);
  if (left.length === 0) return [ok("leftovers", "none of dead runs")];
  const names = left.map(({ kind, name }) => `${kind} ${name}`);
  const told = `${left.length} of dead runs: ${names.slice(0, 5).join(", ")}`;
  return [note("leftovers", told, "The next run removes them, or now: aftershock clean")];
}
