/** Runs as a process of its own: see watchdog.ts. Arguments: the label to remove by, and whose things they are. */
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { client } from "../engine/connect.ts";
import { candidates } from "../engine/locate.ts";
import { fateOf, parseOwner, sameOwner } from "./labels.ts";
import { labelled, remove, type Leftover } from "./sweep.ts";

const [filter = "", whose = ""] = process.argv.slice(2);
process.on("SIGINT", () => {}); // Ctrl-C is for the run: it says itself how it ends
process.on("SIGTERM", () => {});

const word = await text(process.stdin).catch(() => "");
if (word.trim() !== "clean" && filter !== "") await removeUntilQuiet();

/** A compose process that outlived the run may still be creating: look until nothing comes. */
async function removeUntilQuiet(): Promise<void> {
  const [endpoint] = candidates(process.env);
  if (!endpoint) return;
  const docker = client(endpoint);
  for (let quiet = 0, looks = 0; quiet < 5 && looks < 60; looks++) {
    try {
      const things = (await labelled(docker, filter)).filter(isToGo);
      quiet = things.length === 0 ? quiet + 1 : 0;
      await remove(docker, things);
    } catch {
      quiet++; // an embedded engine went with its last user, and took everything along
    }
    await sleep(400);
  }
}

/** It belongs to the process that was watched over, or to none that lives. */
function isToGo({ owner: text }: Leftover): boolean {
  const [owner, watched] = [parseOwner(text), parseOwner(whose)];
  if (!owner || !watched || sameOwner(owner, watched)) return true;
  return fateOf(owner) === "dead";
}
