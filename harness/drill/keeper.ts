/**
 * Runs as a process of its own: keeps a session's system up until it is told to end, the session's
 * folder is gone, or the engine is. See keeping.ts. Argument: the session's folder.
 */
import { existsSync } from "node:fs";
import { traceOf } from "../errors.ts";
import { catchStrays } from "../replay/strays.ts";
import { guardTurns } from "../replay/turn-guard.ts";
import { claimSession } from "./claim.ts";
import { keepUp } from "./keep-up.ts";
import { placesOf } from "./session.ts";

const [path = ""] = process.argv.slice(2);
const over = new AbortController();
const end = () => over.abort(new Error("The drill's system is to end."));
process.on("SIGTERM", end);
for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => {}); // they are for a terminal

await using claim = await claimSession(path);
if (claim) {
  using _strays = catchStrays();
  using _turns = guardTurns();
  const gone = setInterval(() => existsSync(placesOf(path).state) || end(), 1000);
  await keepUp(path, claim.owner, over.signal).catch((error: unknown) =>
    console.error(traceOf(error)),
  );
  clearInterval(gone);
}
