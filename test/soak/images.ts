import { pipeline } from "node:stream/promises";
import * as tar from "tar-stream";
import type { Engine } from "../../harness/engine/index.ts";
import { globOf } from "../../harness/images/glob.ts";

/** Files of a place that are handed out. */
export interface Handed {
  readonly at: string;
  readonly files: readonly string[];
}

/** What programs and builders make by themselves. */
const made =
  /(__pycache__|\.pyc$|^\.dockerenv$|^(dev|proc|sys|tmp|run)\/|^etc\/(hostname|hosts|resolv\.conf|mtab)$|^var\/(log|cache)\/)/;

/**
 * How two images differ: in how many files that are handed out, and in which variable or other file
 * first. `installed` are those that a workspace's own Dockerfile makes of what is handed out.
 */
export async function differencesOutside(
  engine: Pick<Engine, "docker">,
  [one, other]: readonly [string, string],
  {
    handed,
    installed,
  }: { readonly handed: readonly Handed[]; readonly installed: RegExp | undefined },
  labels: Readonly<Record<string, string>>,
): Promise<{ readonly inside: number; readonly outside: string | undefined }> {
  const [a, b] = [await filesOf(engine, one, labels), await filesOf(engine, other, labels)];
  const differ = [...new Set([...a.keys(), ...b.keys()])].filter(
    (path) => a.get(path) !== b.get(path) && !made.test(path) && !installed?.test(path),
  );
  const isHanded = (path: string) =>
    handed.some(({ at, files }) => {
      const root = at.replace(/\/*$/, "/");
      return (
        `/${path}`.startsWith(root) &&
        files.some((glob) => globOf(glob)(`/${path}`.slice(root.length)))
      );
    });
  return {
    inside: differ.filter(isHanded).length,
    outside: (await variable(engine, one, other)) ?? differ.find((path) => !isHanded(path)),
  };
}

/** The first variable that one image has and the other has not, or with another value. */
async function variable({ docker }: Pick<Engine, "docker">, ...images: readonly string[]) {
  const [a = [], b = []] = await Promise.all(
    images.map(async (image) => (await docker.getImage(image).inspect()).Config.Env),
  );
  const own = [...a.filter((it) => !b.includes(it)), ...b.filter((it) => !a.includes(it))];
  return own[0]?.split("=")[0];
}

const known = new Map<string, Promise<ReadonlyMap<string, string>>>();

/** All files of an image, with what tells one from another without reading it. */
function filesOf(
  engine: Pick<Engine, "docker">,
  image: string,
  labels: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const found = known.get(image) ?? listed(engine, image, labels);
  known.set(image, found);
  return found;
}

async function listed(
  { docker }: Pick<Engine, "docker">,
  image: string,
  labels: Readonly<Record<string, string>>,
) {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ["true"],
    Entrypoint: [],
    Labels: { ...labels },
    NetworkDisabled: true,
  });
  const files = new Map<string, string>();
  try {
    const extract = tar.extract();
    const reading = pipeline(await container.export(), extract);
    reading.catch(() => {}); // told by the entries as well
    for await (const entry of extract) {
      const { name, type, size, mtime, mode, linkname } = entry.header;
      if (type !== "directory")
        files.set(name, [type, size, mtime?.getTime(), mode, linkname].join(" "));
      entry.resume();
    }
    await reading;
  } finally {
    await container.remove({ force: true, v: true });
  }
  return files;
}
