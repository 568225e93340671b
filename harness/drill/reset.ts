import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { stampOf } from "../files.ts";
import { appendEvent } from "./events.ts";
import { layWorkspace } from "./hand-out.ts";
import { placesOf } from "./session.ts";

/**
 * Gives a session a workspace as it was handed out. What was in it is moved aside, under the time
 * of day, and stays.
 * @returns the folder where it lies now; undefined where there was none
 */
export async function resetWorkspace(session: string): Promise<string | undefined> {
  const { workspace, before } = placesOf(session);
  if (!existsSync(before)) return undefined; // nothing was handed out yet
  const aside = freeName(join(session, `workspace-${stampOf(new Date())}`));
  const there = existsSync(workspace);
  // What takes room comes first: on a full disk hers stays where it is.
  await layWorkspace(session, async () => {
    if (there) await rename(workspace, aside);
  });
  await appendEvent(session, "reset");
  return there ? aside : undefined;
}

function freeName(path: string): string {
  for (let n = 2, name = path; ; n++) {
    if (!existsSync(name)) return name;
    name = `${path}-${n}`;
  }
}
