import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Engine } from "../engine/index.ts";
import type { Place } from "../scenario/types.ts";
import { copyOut } from "./copy-out.ts";
import type { DrillDefinition } from "./definition.ts";
import { drillFolder, type Drill } from "./load.ts";
import { placesOf, writable } from "./session.ts";

export interface HandOut {
  readonly drill: Pick<Drill, "definition" | "folder">;
  readonly places: Readonly<Record<string, Place>>;
  /** Image ids by service, and the labels of what is made for a moment. */
  readonly images: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Lays out a session's workspace: the files of the broken system as its image has them, over them
 * what the drill adds, and the same again in `before`. What is there already is left alone, so it
 * can be called at any time; a folder appears whole or not at all.
 */
export async function handOut(engine: Engine, session: string, request: HandOut): Promise<void> {
  const { before } = placesOf(session);
  if (!existsSync(before)) await whole(before, (part) => takeFiles(engine, part, request));
  await layWorkspace(session);
}

/**
 * A workspace as it was handed out. Where there is one already it is left alone, unless `moveAway`
 * moves it: that is done when the fresh one is complete.
 */
export async function layWorkspace(
  session: string,
  moveAway?: () => Promise<unknown>,
): Promise<void> {
  const { before, workspace } = placesOf(session);
  if (!existsSync(before) || (existsSync(workspace) && !moveAway)) return;
  await whole(workspace, async (part) => {
    await cp(before, part, { recursive: true });
    await moveAway?.();
  });
}

/** Makes a folder under another name, and gives it its own when all of it is there. */
async function whole(path: string, make: (part: string) => Promise<unknown>): Promise<void> {
  const part = `${path}.part`;
  await writable(dirname(path), async () => {
    await rm(part, { recursive: true, force: true });
    await mkdir(part);
    await make(part);
    await rename(part, path);
  });
}

async function takeFiles(engine: Engine, folder: string, request: HandOut): Promise<void> {
  const { drill, places, images, labels } = request;
  const { workspace, settings } = drill.definition;
  for (const [place, { as, files }] of Object.entries(workspace)) {
    const { services, at } = places[place]!;
    const target = join(folder, as);
    await copyOut(engine, { image: images[services[0]!]!, at, files, labels }, target);
    const added = join(drillFolder(drill.folder), "workspace", as);
    if (existsSync(added)) await cp(added, target, { recursive: true });
  }
  if (settings.length > 0) await writeFile(join(folder, "fix.yml"), settingsText(settings));
}

const settingsText = (settings: DrillDefinition["settings"]) =>
  `# What may be set besides the files: ${settings.join(", ")}\n` +
  `# settings: { ${settings[0]}: "a value" }\n`;
