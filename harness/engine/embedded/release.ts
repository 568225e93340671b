import { execa } from "execa";
import type { Layout } from "./layout.ts";
import { holders } from "./locks.ts";

/** Lets go of the engine; where nobody else uses it, waits until it is gone. */
export async function release(at: Layout, users: AsyncDisposable): Promise<void> {
  await users[Symbol.asyncDispose]();
  if (holders(at.usersLock).length > 0) return;
  await gone(at);
}

/** Waits, for at most 15 s, until no process of the engine is left. False if one is. */
export async function gone(at: Layout): Promise<boolean> {
  const args = ["--exclusive", "--timeout", "15", at.engineLock, "true"];
  return !(await execa("flock", args, { reject: false, stdin: "ignore" })).failed;
}
