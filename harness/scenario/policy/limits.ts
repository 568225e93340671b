import { listOf, partOf, type Finding, type Part } from "./fault.ts";
import { wordOf } from "./word.ts";

/** More than any incident in a box needs, and less than makes a machine suffer. */
const most = { pids: 4096, cpus: 64, replicas: 50, logBytes: 256 * 1024 ** 2 };

/** What engines ask for. */
const least = { memory: 6 * 1024 ** 2 };

/** The envelope: what every service must have, in whichever way compose lets one write it. */
const envelope: readonly (readonly [
  key: string,
  rule: string,
  holds: (service: Part) => boolean,
  says: string,
])[] = [
  ["mem_limit", "memory", (s) => memoryOf(s) > 0, "has no memory limit: set `mem_limit`"],
  [
    "mem_limit",
    "memory",
    (s) => memoryOf(s) === 0 || memoryOf(s) >= least.memory,
    "may take less than 6 MiB, which no engine starts: write a unit, as `mem_limit: 64m`",
  ],
  [
    "memswap_limit",
    "memory",
    (s) => bytes(s["memswap_limit"]) === memoryOf(s) || memoryOf(s) === 0,
    "may swap: set `memswap_limit` to the same as `mem_limit`",
  ],
  ["pids_limit", "pids", (s) => pids(s) > 0, "has no limit of processes: set `pids_limit`"],
  ["pids_limit", "pids", (s) => pids(s) <= most.pids, `may have more than ${most.pids} processes`],
  ["cpus", "cpus", (s) => cpus(s) > 0, "has no limit of processors: set `cpus`"],
  ["cpus", "cpus", (s) => cpus(s) <= most.cpus, `may take more than ${most.cpus} processors`],
  [
    "scale",
    "scale",
    (s) => replicas(s) <= most.replicas,
    `has more than ${most.replicas} containers`,
  ],
  [
    "cap_drop",
    "cap_drop",
    (s) => listOf(s["cap_drop"]).some((one) => /^all$/i.test(wordOf(one))),
    "keeps the capabilities that engines give by default: set `cap_drop: [ALL]`",
  ],
  [
    "security_opt",
    "no-new-privileges",
    (s) => listOf(s["security_opt"]).some((one) => noNewPrivileges.test(wordOf(one))),
    'may gain privileges: set `security_opt: ["no-new-privileges:true"]`',
  ],
  [
    "logging",
    "logging",
    hasBoundedLogs,
    'has logs without bound (256 MiB at most): set `logging: { driver: json-file, options: { max-size: 5m, max-file: "2" } }`',
  ],
  [
    "read_only",
    "read_only",
    (s) => s["read_only"] === true,
    "can write to its root: set `read_only: true` and a `tmpfs`",
  ],
  [
    "init",
    "init",
    (s) => s["init"] === true,
    "leaves zombies to its first process: set `init: true`",
  ],
  [
    "user",
    "user",
    (s) => isOrdinaryUser(s["user"]),
    'may run as root, or in its group: set `user` to numbers above 0, as "1000:1000"',
  ],
  ["restart", "restart", isNeverRestarted, 'is started again by the engine: set `restart: "no"`'],
];

export const noNewPrivileges = /^no-new-privileges([:=]true)?$/;

/** Whether it is a number above 0, and its group, where one is given, as well. */
export const isOrdinaryUser = (user: unknown) => /^[1-9]\d*(:[1-9]\d*)?$/.test(wordOf(user ?? ""));

/** What of the envelope a service lacks. */
export function limitFindings(service: Part): readonly Finding[] {
  return envelope
    .filter(([, , holds]) => !holds(service))
    .map(([key, rule, , says]) => ({ key, rule, says }));
}

const limits = (service: Part) => partOf(partOf(partOf(service["deploy"])["resources"])["limits"]);

/** Bytes that one container may take. Compose lets `deploy` win where both are written. */
export const memoryOf = (service: Part): number =>
  bytes(limits(service)["memory"]) || bytes(service["mem_limit"]);
const pids = (service: Part) => number(limits(service)["pids"]) || number(service["pids_limit"]);
const cpus = (service: Part) =>
  Math.max(number(limits(service)["cpus"]) || number(service["cpus"]), quota(service));
const replicas = ({ scale, deploy }: Part) =>
  Math.max(number(scale), number(partOf(deploy)["replicas"]));

/** Processors by microseconds of each period, which is 100 ms where none is given. */
const quota = (service: Part) =>
  number(service["cpu_quota"]) / (number(service["cpu_period"]) || 100_000);

const number = (value: unknown) => (Number.isFinite(Number(value)) ? Number(value) : 0);

/** Bytes as compose and the engine read them; 0 for none, below 0 for no limit. */
export function bytes(value: unknown): number {
  const parts = /^(-?\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(wordOf(value ?? 0).trim());
  if (!parts) return 0;
  return Number(parts[1]) * 1024 ** " kmgt".indexOf((parts[2] || " ").toLowerCase());
}

function hasBoundedLogs(service: Part): boolean {
  const { driver, options } = partOf(service["logging"]);
  if (driver === "none") return true;
  if (driver !== "json-file" && driver !== "local") return false;
  // What is kept where nothing is said: one file, or five.
  const { "max-size": size, "max-file": files = driver === "local" ? 5 : 1 } = partOf(options);
  const all = bytes(size) * number(files);
  return all > 0 && all <= most.logBytes;
}

const boundedAnyhow = new Set(
  "as core cpu data fsize locks memlock nofile nproc rss stack".split(" "),
);

/** Limits of the kernel's that raise a process above others, or take memory that nobody counts. */
export function oddUlimits(ulimits: unknown): readonly string[] {
  return Object.keys(partOf(ulimits)).filter((name) => !boundedAnyhow.has(name));
}

function isNeverRestarted(service: Part): boolean {
  const policy = partOf(service["deploy"])["restart_policy"];
  const byDeploy = policy === undefined || partOf(policy)["condition"] === "none";
  return ["no", "", undefined, null].includes(service["restart"] as string) && byDeploy;
}
