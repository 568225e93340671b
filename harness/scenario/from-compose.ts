import { relative, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { ScenarioError } from "../errors.ts";
import { partOf, listOf, type Part } from "./policy/fault.ts";
import { shown } from "./shown.ts";

/** A scenario's compose file made of another one, and the service that is looked at first. */
export interface Taken {
  readonly text: string;
  readonly service: string;
  readonly services: readonly string[];
  /** Where that one listens, as far as the file says. */
  readonly port: number;
  /** What was left out, each in a few words. */
  readonly notes: readonly string[];
}

export interface Places {
  /** Folder of the file that is taken. */
  readonly from: string;
  /** Folder of the scenario. */
  readonly to: string;
}

/** Keys of a service that mean the same in a scenario. */
const kept = new Set(
  (
    "command depends_on entrypoint expose healthcheck hostname image platform scale shm_size " +
    "stop_signal tmpfs working_dir"
  ).split(" "),
);
/** Those that are written anew. */
const anew = new Set(
  "build env_file environment mem_limit memswap_limit profiles restart volumes".split(" "),
);

/**
 * The services of a compose file as a scenario's: in the envelope of limits, on a network without a
 * way out, and without what reaches the machine. Two variables are put into the first of them.
 * @throws ScenarioError COMPOSE_REFUSED for a file that says of no service
 */
export function takenFrom(text: string, file: string, id: string, places: Places): Taken {
  const { services: found, volumes } = readServices(text, file);
  const first =
    Object.keys(found).find((name) => partOf(found[name])["build"]) ?? Object.keys(found)[0]!;
  const notes: string[] = [];
  const services = Object.entries(found).map(([name, value]) => {
    const service = partOf(value);
    notes.push(...leftOut(service).map((what) => `${name}: ${what}`));
    return serviceText(name, {
      ...carried(service, places),
      ...(name === first && looked(service)),
    });
  });
  const own = namedVolumes(found);
  notes.push(
    ...Object.keys(volumes)
      .filter((one) => !own.includes(one))
      .map((one) => `volume ${one}`),
  );
  const parts = [
    box(id),
    "services:\n",
    services.join("\n"),
    client,
    "networks: { inside: { internal: true } }\n",
    own.length > 0 ? `volumes: { ${own.map((one) => `${one}: {}`).join(", ")} }\n` : "",
  ];
  return {
    text: parts.join(""),
    service: first,
    services: Object.keys(found),
    port: portOf(partOf(found[first])),
    notes,
  };
}

function readServices(text: string, file: string): { services: Part; volumes: Part } {
  try {
    const { services, volumes } = partOf(parse(text, { merge: true }));
    if (Object.keys(partOf(services)).length > 0)
      return { services: partOf(services), volumes: partOf(volumes) };
  } catch (cause) {
    throw new ScenarioError("COMPOSE_REFUSED", `${shown(file)}: is no YAML.`, { cause });
  }
  throw new ScenarioError("COMPOSE_REFUSED", `${shown(file)}: names no service.`);
}

const serviceText = (name: string, service: Part) =>
  `  ${name}:\n    <<: *box\n${stringify(service).replace(/^(?=.)/gm, "    ")}`;

function carried(service: Part, places: Places): Part {
  const entries = Object.entries(service).filter(([key]) => kept.has(key));
  const { build, env_file: files } = service;
  const volumes = listOf(service["volumes"]).filter(isNamed);
  return {
    ...Object.fromEntries(entries),
    ...(build !== undefined && { build: movedBuild(build, places) }),
    ...(files !== undefined && {
      env_file: listOf(files).map((one) => moved(String(one), places)),
    }),
    ...(service["environment"] !== undefined && { environment: mapOf(service["environment"]) }),
    ...(volumes.length > 0 && { volumes }),
  };
}

/** What the first service has besides: variables that arms set, and a limit that is looked at. */
function looked(service: Part): Part {
  const limit = partOf(partOf(partOf(service["deploy"])["resources"])["limits"])["memory"];
  const size = `\${BOX:-${String(service["mem_limit"] ?? limit ?? "512m")}}`;
  return {
    environment: { ...mapOf(service["environment"]), FIX: "${FIX:-no}", FAULT: "${FAULT:-yes}" },
    mem_limit: size,
    memswap_limit: size,
  };
}

function movedBuild(build: unknown, places: Places): unknown {
  if (typeof build === "string") return { context: moved(build, places) };
  const { context = ".", ...rest } = partOf(build);
  return { context: moved(String(context), places), ...rest };
}

/** A path of the one folder, as seen from the other; an address is left as it is. */
function moved(path: string, { from, to }: Places): string {
  return /^[\w+.-]+:\/\/|^git@|^\$/.test(path) ? path : relative(to, resolve(from, path)) || ".";
}

function mapOf(environment: unknown): Part {
  if (!Array.isArray(environment)) return partOf(environment);
  const pairs = environment.map((one) => /^([^=]*)=?([^]*)$/.exec(String(one))!.slice(1, 3));
  return Object.fromEntries(pairs) as Part;
}

const isNamed = (volume: unknown) =>
  typeof volume === "string" && /^[\w-]+:/.test(volume) && !volume.startsWith("/");

const namedVolumes = (services: Part) => [
  ...new Set(
    Object.values(services).flatMap((service) =>
      listOf(partOf(service)["volumes"])
        .filter(isNamed)
        .map((one) => String(one).split(":")[0]!),
    ),
  ),
];

function leftOut(service: Part): readonly string[] {
  const keys = Object.keys(service).filter((key) => !kept.has(key) && !anew.has(key));
  const binds = listOf(service["volumes"]).filter((one) => !isNamed(one));
  return [
    ...keys,
    ...binds.map((one) => `volume ${typeof one === "string" ? one : JSON.stringify(one)}`),
  ];
}

/** The port inside the container that is published or exposed first. */
function portOf(service: Part): number {
  const [first] = [...listOf(service["ports"]), ...listOf(service["expose"])];
  const told =
    partOf(first)["target"] ??
    String(first ?? "")
      .split("/")[0]!
      .split(":")
      .at(-1);
  return Number(told) || 80;
}

const box = (
  id: string,
) => `# What happens in a scenario stays in it: \`validate\` holds every service to this.
x-box: &box
  profiles: [${id}]
  networks: [inside]
  init: true
  cap_drop: [ALL]
  security_opt: ["no-new-privileges:true"]
  pids_limit: 256
  cpus: 1
  mem_limit: 512m
  memswap_limit: 512m # the same, so that there is no swap
  stop_grace_period: 1s
  logging: { driver: json-file, options: { max-size: 5m, max-file: "2" } }
  # Many images start as root and write where they like. Take out what yours can do without, with its
  # reason: then \`user: "1000:1000"\` and \`read_only: true\` are asked for.
  cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]
  x-why: { user: as in production, read_only: as in production, cap_add: it starts as root }

`;

const client = `
  # Who asks: any image with curl.
  client:
    <<: *box
    image: aftershock/base:bullseye
    command: [sleep, infinity]

`;
