import {
  hasOwnLabels,
  isSet,
  listOf,
  partOf,
  type Fault,
  type Finding,
  type Ground,
  type Part,
} from "./fault.ts";
import { sizeOfVolume } from "./sizes.ts";
import { wordOf } from "./word.ts";

/** Files and folders that come into a service's containers while they run. */
export function mountFindings(service: Part, compose: Part, ground: Ground): readonly Finding[] {
  return [
    ...listOf(service["volumes"]).flatMap(mount),
    ...listOf(service["volumes_from"])
      .filter((from) => wordOf(from).startsWith("container:"))
      .map((from) => ({
        key: "volumes_from",
        rule: "host",
        says: `takes the volumes of ${wordOf(from)}`,
      })),
    ...(["secrets", "configs"] as const).flatMap((key) =>
      sourcesOf(service[key]).flatMap((source) =>
        fromOutside(partOf(partOf(compose[key])[source]), (path) => ground.allows(path, "run")).map(
          (says) => ({ key, rule: "host", says: `${source}: ${says}` }),
        ),
      ),
    ),
  ];
}

function mount(value: unknown): readonly Finding[] {
  const { type, source, target } = partOf(value);
  const isNamed = source === undefined || !/^[./~\\]/.test(wordOf(source));
  if ((type === "volume" && isNamed) || type === "tmpfs") return [];
  const what = `mounts ${wordOf(source)} of the machine at ${wordOf(target)}`;
  const says = `${what}: copy it in the Dockerfile, or use a volume of the scenario's own`;
  return [{ key: "volumes", rule: "host", says }];
}

/** Names of the secrets or configs that a service or a build uses. */
export function sourcesOf(uses: unknown): readonly string[] {
  return listOf(uses).map((use) => wordOf(partOf(use)["source"] ?? use));
}

/** Why a secret or config is none of the scenario's own. */
export function fromOutside(
  definition: Part,
  allows: (path: string) => boolean,
): readonly string[] {
  const { file, environment, external, driver, template_driver: template } = definition;
  if (isSet(external) || isSet(driver) || isSet(template))
    return ["comes from outside of the scenario: give its `file` or `content`"];
  if (environment !== undefined)
    return [`is the lab's own variable ${wordOf(environment)}: give its \`file\` or \`content\``];
  if (typeof file === "string" && !allows(file))
    return [`${file} lies outside of the scenario's folder: copy it there`];
  return [];
}

/** Networks that lead out, volumes that are not the scenario's own, and what else is at the top. */
export function outOfProject(compose: Part): readonly Fault[] {
  const project = compose["name"];
  const all = (kind: string) =>
    Object.entries(partOf(compose[kind])).map(([name, part]) => [name, partOf(part)] as const);
  return [
    ...all("networks").flatMap(([network, part]) =>
      [...ownName(network, part, project), ...ownLabels(part), ...networkFindings(part)].map(
        (one) => ({
          network,
          ...one,
        }),
      ),
    ),
    ...all("volumes").flatMap(([volume, part]) =>
      [...ownName(volume, part, project), ...ownLabels(part), ...volumeFindings(part)].map(
        (one) => ({
          volume,
          ...one,
        }),
      ),
    ),
    ...Object.keys(compose)
      .filter((key) => !top.has(key) && !key.startsWith("x-") && isSet(compose[key]))
      .map((key) => ({
        key,
        rule: key,
        says: `\`${key}\` is a key that Aftershock does not know`,
      })),
  ];
}

const top = new Set(["name", "services", "networks", "volumes", "secrets", "configs", "version"]);

function ownName(name: string, part: Part, project: unknown): readonly Finding[] {
  if (isSet(part["external"]))
    return [
      {
        key: "external",
        rule: "external",
        says: "is none of the scenario's own: take `external` out",
      },
    ];
  const given = part["name"];
  if (given === undefined || given === `${wordOf(project)}_${name}`) return [];
  const says = `has the fixed name ${wordOf(given)}, so that two runs meet: take \`name\` out`;
  return [{ key: "name", rule: "name", says }];
}

function ownLabels({ labels }: Part): readonly Finding[] {
  if (!hasOwnLabels(labels)) return [];
  return [{ key: "labels", rule: "labels", says: "sets labels of the lab's or compose's own" }];
}

const networkKeys = new Set([
  "name",
  "external",
  "internal",
  "labels",
  "attachable",
  "enable_ipv6",
  "enable_ipv4",
]);

function networkFindings(network: Part): readonly Finding[] {
  if (isSet(network["external"])) return [];
  const findings: Finding[] = [];
  const refuse = (key: string, says: string) => findings.push({ key, rule: "network", says });
  if (network["internal"] !== true) refuse("internal", "has a way out: set `internal: true`");
  const driver = network["driver"];
  if (isSet(driver) && driver !== "bridge")
    refuse("driver", `driver ${wordOf(driver)} leaves the engine: only bridge`);
  if (isSet(network["ipam"]))
    refuse("ipam", "fixes addresses, so that two runs meet: take `ipam` out");
  for (const [key, value] of Object.entries(network)) {
    const known =
      networkKeys.has(key) || key === "driver" || key === "ipam" || key.startsWith("x-");
    if (!known && isSet(value)) refuse(key, `sets \`${key}\`: take it out`);
  }
  return findings;
}

/** A volume is the engine's own, or memory; never a place of the machine under another name. */
function volumeFindings(volume: Part): readonly Finding[] {
  if (isSet(volume["external"])) return [];
  const { driver, driver_opts: options } = volume;
  if (isSet(driver) && driver !== "local")
    return [{ key: "driver", rule: "volume", says: `driver ${wordOf(driver)}: only local` }];
  if (!isSet(options)) return [];
  const { type, device, o = "", ...more } = partOf(options);
  const harmless = /^((size|mode|uid|gid|nr_inodes)=\w+|nosuid|nodev|noexec|ro|rw)?$/;
  const isMemory =
    type === "tmpfs" &&
    device === "tmpfs" &&
    !isSet(more) &&
    wordOf(o)
      .split(",")
      .every((one) => harmless.test(one));
  if (isMemory) return sizeOfVolume(wordOf(o));
  return [
    {
      key: "driver_opts",
      rule: "host",
      says: `mounts ${wordOf(device ?? "something")} of the machine or the network: only a tmpfs`,
    },
  ];
}
