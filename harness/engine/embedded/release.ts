import type { Layout } from "./layout.ts";
import { answers, comesBack, endNow, isIdle } from "./life.ts";
import { holders, isFree } from "./locks.ts";

/**
 * Lets go of the engine; where nobody else uses it, waits until it is gone. One that is only kept,
 * and was lost meanwhile, is ended: what still runs there could not be reached by anybody.
 */
export async function release(at: Layout, users: AsyncDisposable): Promise<void> {
  await users[Symbol.asyncDispose]();
  if (holders(at.usersLock).length === 0) await isFree(at.engineLock, 15_000);
  else if (!(await answers(at.socket)) && isIdle(at) && !(await comesBack(at))) await endNow(at);
}
