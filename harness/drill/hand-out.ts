import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import * as tar from "tar-stream";
import { makeFolder } from "../cache-folder.js";
import { ask } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError } from "../errors.ts";
import { MiB } from "../judge/units.ts";
import type { Place } from "../scenario/types.ts";
import type { DrillDefinition } from "./definition.ts";
import { placesOf } from "./session.ts";

/** More than any code that somebody is to read. */
const most = { files: 5_000, bytes: 64 * MiB };
/** What programs make of the code by themselves: nobody wrote it. */
const made = /(^|\/)(__pycache__|node_modules\/\.cache)(\/|$)/;

export interface HandOut {
  readonly drill: DrillDefinition;
  readonly places: Readonly<Record<string, Place>>;
  /** Image ids by service, and the labels of what is made for a moment. */
  readonly images: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Lays out a session's workspace: the files of the broken system as its image has them, and the
 * same again in `before`. What is there already is left alone, so it can be called at any time; a
 * folder appears whole or not at all.
 */
export async function handOut(engine: Engine, session: string, request: HandOut): Promise<void> {
  const { before, workspace } = placesOf(session);
  if (!existsSync(before)) await whole(before, (part) => takeFiles(engine, part, request));
  await layWorkspace(session);
  void workspace;
}

/** A workspace as it was handed out, where there is none. */
export async function layWorkspace(session: string): Promise<void> {
  const { before, workspace } = placesOf(session);
  if (existsSync(workspace) || !existsSync(before)) return;
  await whole(workspace, (part) => cp(before, part, { recursive: true }));
}

/** Makes a folder under another name, and gives it its own when all of it is there. */
async function whole(path: string, make: (part: string) => Promise<unknown>): Promise<void> {
  const part = `${path}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part);
  await make(part);
  await rename(part, path);
}

async function takeFiles(engine: Engine, folder: string, request: HandOut): Promise<void> {
  const { drill, places, images, labels } = request;
  for (const [place, { as }] of Object.entries(drill.workspace)) {
    const { services, at } = places[place]!;
    const image = images[services[0]!]!;
    await copyOut(engine, { image, at, labels }, join(folder, as));
  }
  if (drill.settings.length > 0) await writeFile(join(folder, "fix.yml"), settingsText(drill));
}

const settingsText = ({ settings }: DrillDefinition) =>
  `# What may be set besides the files: ${settings.join(", ")}\n` +
  `# settings: { ${settings[0]}: "a value" }\n`;

/** Copies a folder out of an image: its files, and no links. */
async function copyOut(
  { docker }: Engine,
  { image, at, labels }: { image: string; at: string; labels: Readonly<Record<string, string>> },
  target: string,
): Promise<void> {
  const container = await ask("Looking into an image", (abortSignal) =>
    docker.createContainer({
      Image: image,
      Cmd: ["true"],
      Entrypoint: [],
      Labels: { ...labels },
      NetworkDisabled: true,
      abortSignal,
    }),
  );
  try {
    const stream = await ask("Reading an image's files", (abortSignal) =>
      container.getArchive({ path: at, abortSignal }),
    );
    await unpack(stream, target);
  } finally {
    await ask("Removing a container", (abortSignal) =>
      container.remove({ force: true, v: true, abortSignal }),
    );
  }
}

/** Writes an archive's files below `target`; its first folder is the one that was asked for. */
async function unpack(archive: NodeJS.ReadableStream, target: string): Promise<void> {
  const extract = tar.extract();
  const reading = pipeline(archive, extract);
  reading.catch(() => {}); // told by the entries as well
  makeFolder(target);
  let [files, bytes] = [0, 0];
  for await (const entry of extract) {
    const { name, type, mode = 0o644, size = 0 } = entry.header;
    const path = posix.normalize(name).split("/").slice(1).join("/");
    const inside = path !== "" && !path.split("/").includes("..") && !made.test(path);
    if (inside && type === "directory") makeFolder(join(target, path));
    if (!inside || type !== "file") {
      entry.resume();
      continue;
    }
    [files, bytes] = [files + 1, bytes + size];
    if (files > most.files || bytes > most.bytes) throw tooMuch();
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    makeFolder(dirname(join(target, path)));
    const options = { flag: "wx", mode: (mode & 0o111) === 0 ? 0o644 : 0o755 };
    await writeFile(join(target, path), Buffer.concat(chunks), options);
  }
  await reading;
}

const tooMuch = () =>
  new EnvironmentError(
    "WORKSPACE_TOO_LARGE",
    `The files to hand out are more than ${most.files}, or ${most.bytes / MiB} MiB.`,
    { hint: "In drill.yml, hand out a place that holds the code alone." },
  );
