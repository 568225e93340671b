import type { Engine } from "../engine/index.ts";
import { EnvironmentError, messageOf, type AftershockError } from "../errors.ts";
import { label } from "../lifecycle/labels.ts";
import { labelled, remove, type Leftover } from "../lifecycle/sweep.ts";

/** Whatever still carries the run's label is told, and only then removed. */
export async function audit(
  engine: Engine,
  run: string,
): Promise<{ readonly leftovers: readonly Leftover[]; readonly unaudited?: AftershockError }> {
  let leftovers: readonly Leftover[];
  try {
    leftovers = await labelled(engine.docker, `${label.run}=${run}`);
  } catch (cause) {
    const message = `Nobody could look for what was left behind. ${messageOf(cause)}`;
    const hint = "`aftershock clean` looks again, and removes it.";
    return {
      leftovers: [],
      unaudited: new EnvironmentError("NOT_AUDITED", message, { hint, cause }),
    };
  }
  await remove(engine.docker, leftovers).catch(() => {}); // it is told as left in any case
  return { leftovers };
}
