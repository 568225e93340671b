import { AsyncLocalStorage } from "node:async_hooks";

type Owner = (error: unknown) => void;

/** Whose code runs: it goes along with every callback and promise that begins there. */
const owner = new AsyncLocalStorage<Owner>();
let watching = 0;

/**
 * Runs somebody's work; what it throws where nobody waits for it - in a timer's callback, in a
 * promise that it let go - is `lost`, and no fault of the whole process.
 */
export const owning = <T>(lost: Owner, work: () => T): T => owner.run(lost, work);

/** While it is held, errors that nobody waits for go to who lost them, if that is known. */
export function catchStrays(): Disposable {
  if (watching++ === 0 && !process.hasUncaughtExceptionCaptureCallback()) {
    process.setUncaughtExceptionCaptureCallback(take);
    process.on("unhandledRejection", take);
  }
  return {
    [Symbol.dispose]() {
      if (--watching > 0) return;
      process.setUncaughtExceptionCaptureCallback(null);
      process.off("unhandledRejection", take);
    },
  };
}

function take(error: unknown): void {
  const lost = owner.getStore();
  if (lost) lost(error);
  else passOn(error);
}

/** As if nobody had been here: to who listens, else it ends the process as Node does. */
function passOn(error: unknown): void {
  if (process.emit("uncaughtException", error as Error, "uncaughtException")) return;
  process.setUncaughtExceptionCaptureCallback(null);
  throw error;
}
