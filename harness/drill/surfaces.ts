import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ask } from "../engine/ask.ts";
import type { Engine } from "../engine/index.ts";
import { label } from "../lifecycle/labels.ts";
import type { Surface } from "./spoilers.ts";

/** What the engine tells of a session to whoever may ask it: also of its images, and their making. */
export async function engineSurfaces({ docker }: Engine, run: string): Promise<readonly Surface[]> {
  const filters = { label: [`${label.run}=${run}`] };
  const told = <T>(what: string, asked: Promise<T>) => ask(`Looking at ${what}`, () => asked);
  const [containers, networks, volumes] = await Promise.all([
    told("containers", docker.listContainers({ all: true, filters })),
    told("networks", docker.listNetworks({ filters })),
    told("volumes", docker.listVolumes({ filters })),
  ]);
  const surfaces = [
    ...networks.map((one) => surface("network", one)),
    ...volumes.Volumes.map((one) => surface("volume", one)),
  ];
  for (const { Id, ImageID, Labels } of containers) {
    const name = Labels["com.docker.compose.service"] ?? "toolbox";
    const container = docker.getContainer(Id);
    const image = docker.getImage(ImageID);
    const logs = await told("logs", container.logs({ stdout: true, stderr: true, follow: false }));
    surfaces.push(
      surface(`inspect ${name}`, await told(name, container.inspect())),
      surface(`image ${name}`, await told(name, image.inspect())),
      surface(`image history ${name}`, await told(name, image.history())),
      { where: `logs ${name}`, text: logs.toString("utf8") },
    );
  }
  return surfaces;
}

const surface = (where: string, value: unknown): Surface => ({
  where,
  text: JSON.stringify(value, null, 1),
});

/** Every file below a folder, its name among what it says. */
export async function folderSurfaces(word: string, folder: string): Promise<readonly Surface[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const where = `${word} ${relative(folder, path)}`;
      return { where, text: `${where}\n${await readFile(path, "utf8")}` };
    }),
  );
}

/** Folders that only hold what packages brought: the same everywhere, and in their own words. */
const PACKAGED =
  "^/(proc|sys|dev|bin|sbin|lib[^/]*|boot|usr/(s?bin|lib[^/]*|share|include|local/lib)|var/(lib/(dpkg|apt|systemd)|cache|log))(/|$)";

/**
 * For a shell beside the victim: tells all processes, and each file of each root that they stand in
 * but what packages brought. Parts begin with a line "== WHERE".
 */
export const LOOK_AROUND = String.raw`
echo "== processes"; ps -eo pid,ppid,user,args
for p in /proc/[0-9]*; do
  n=${"$"}{p#/proc/}
  echo "== process $n"
  for f in cmdline environ cgroup comm; do tr '\0' '\n' <$p/$f; done 2>/dev/null
  readlink $p/cwd $p/exe $p/fd/* 2>/dev/null
done
seen=
for p in /proc/[0-9]*; do
  id=$(stat -Lc %d:%i $p/root/ 2>/dev/null) || continue
  case " $seen " in *" $id "*) continue ;; esac
  seen="$seen $id"
  cd $p/root/ || continue
  find . \( -path ./proc -o -path ./sys -o -path ./dev \) -prune -o -type f -size -128k -print 2>/dev/null |
    sed 's/^\.//' | grep -vE '${PACKAGED}' | while read -r f; do
      echo "== file $f"; cat ".$f" 2>/dev/null
    done
done
`;

/** The parts of what LOOK_AROUND told. */
export function partsOf(told: string): readonly Surface[] {
  return told
    .split(/^(?=== )/m)
    .filter((part) => part.startsWith("== "))
    .map((part) => {
      const end = part.indexOf("\n");
      const where = part.slice(3, end < 0 ? undefined : end);
      return { where, text: part };
    });
}
