import { listOf, partOf, type Finding, type Part } from "./fault.ts";
import { bytes } from "./limits.ts";
import { wordOf } from "./word.ts";

/** A page of memory, where pages are large: nobody means a file system of less. */
const least = 16 * 1024;

/** File systems in memory that hold next to nothing: their size lacks its unit. */
export function sizeFindings(service: Part): readonly Finding[] {
  const own = [
    { key: "shm_size", size: service["shm_size"] },
    ...listOf(service["tmpfs"]).map((mount) => ({ key: "tmpfs", size: sizeIn(wordOf(mount)) })),
    ...listOf(service["volumes"]).map((mount) => ({
      key: "volumes",
      size: partOf(partOf(mount)["tmpfs"])["size"],
    })),
  ];
  return own
    .filter(({ size }) => lacksUnit(size))
    .map(({ key, size }) => ({ key, rule: "size", says: `\`${key}\` ${withUnit(size)}` }));
}

/** The same of the options of a volume. */
export function sizeOfVolume(options: string): readonly Finding[] {
  const size = sizeIn(options);
  if (!lacksUnit(size)) return [];
  return [{ key: "driver_opts", rule: "size", says: withUnit(size) }];
}

/** What "/data:uid=1000,size=128" says of the size; the kernel takes the last one. */
const sizeIn = (options: string) => [...options.matchAll(/(?:^|[:,])size=([^,]*)/g)].at(-1)?.[1];

/** None at all is no limit of its own: that of the container's memory counts. */
const lacksUnit = (size: unknown) => bytes(size) > 0 && bytes(size) < least;

const withUnit = (size: unknown) =>
  `has a size of ${wordOf(size)}, less than 16 KiB: write a unit, as \`64m\``;
