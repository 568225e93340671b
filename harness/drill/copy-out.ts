import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import * as tar from "tar-stream";
import { makeFolder } from "../cache-folder.js";
import { ask, statusOf } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { EnvironmentError, ScenarioError } from "../errors.ts";
import { globOf, isGlob, type Glob } from "../images/glob.ts";
import { MiB } from "../judge/units.ts";

/** More than any code that somebody is to read. */
const most = { files: 5_000, bytes: 64 * MiB };
/** What programs make of the code by themselves: nobody wrote it. */
const made: Glob = (path) => /(^|\/)__pycache__(\/|$)|\.pyc$/.test(path);

export interface CopyOut {
  readonly image: string;
  /** Folder of the image. */
  readonly at: string;
  /** Which files of it, as patterns; all if left out. */
  readonly files?: readonly string[] | undefined;
  /** Of the container that is made for a moment. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Copies files out of an image into a new folder: ordinary files, and no links. Nothing is started.
 * @throws ScenarioError DRILL_INVALID where there are none; EnvironmentError for too many
 */
export async function copyOut(
  { docker }: Engine,
  { image, at, files = ["**"], labels }: CopyOut,
  target: string,
): Promise<void> {
  await mkdir(target);
  const container = await ask("Looking into an image", (abortSignal) =>
    docker.createContainer({
      ...{ Image: image, Cmd: ["true"], Entrypoint: [], Labels: { ...labels } },
      ...{ NetworkDisabled: true, abortSignal },
    }),
  );
  const taken = { files: 0, bytes: 0 };
  try {
    for (const [start, globs] of Map.groupBy(files, startOf)) {
      const path = posix.join(at, start);
      const archive = await ask("Reading an image's files", (abortSignal) =>
        container.getArchive({ path, abortSignal }),
      ).catch((cause: unknown) => {
        throw statusOf(cause) === 404 ? noFile(path) : cause;
      });
      const fits = globs.map(globOf);
      const wanted: Glob = (one) => !made(one) && fits.some((glob) => glob(one));
      await unpack(archive, { target, start, wanted, taken });
    }
  } finally {
    await ask("Removing a container", (abortSignal) =>
      container.remove({ force: true, v: true, abortSignal }),
    );
  }
}

/** The folder or file that a pattern begins with: no more is asked of the engine. */
function startOf(pattern: string): string {
  const parts = pattern.split("/");
  const first = parts.findIndex(isGlob);
  return (first < 0 ? parts : parts.slice(0, first)).join("/");
}

interface Unpacking {
  readonly target: string;
  readonly start: string;
  readonly wanted: Glob;
  readonly taken: { files: number; bytes: number };
}

/** Writes an archive's files below `target`; the first part of their names is what was asked for. */
async function unpack(
  archive: NodeJS.ReadableStream,
  { target, start, wanted, taken }: Unpacking,
): Promise<void> {
  const extract = tar.extract();
  const reading = pipeline(archive, extract);
  reading.catch(() => {}); // told by the entries as well
  for await (const entry of extract) {
    const { name, type, mode, size } = entry.header;
    const path = posix.join(start, ...posix.join("/", name).split("/").slice(2));
    if (type !== "file" || !wanted(path)) {
      entry.resume();
      continue;
    }
    taken.files += 1;
    taken.bytes += size;
    if (taken.files > most.files || taken.bytes > most.bytes) throw tooMuch();
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    makeFolder(dirname(join(target, path)));
    const options = { flag: "wx", mode: (mode & 0o111) === 0 ? 0o644 : 0o755 };
    await writeFile(join(target, path), Buffer.concat(chunks), options);
  }
  await reading;
}

const noFile = (path: string) =>
  new ScenarioError(
    "DRILL_INVALID",
    `drill.yml hands out ${path}, which the image does not have.`,
    {
      hint: "`workspace` names a place of `fixable`, and files below it.",
    },
  );

const tooMuch = () =>
  new EnvironmentError(
    "WORKSPACE_TOO_LARGE",
    `The files to hand out are more than ${most.files}, or ${most.bytes / MiB} MiB.`,
    {
      hint: "In drill.yml, hand out the code alone: `workspace: { PLACE: { as: NAME, files: [...] } }`.",
    },
  );
