import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Labels on everything a run creates: nothing without them is ever removed. */
export const label = {
  run: "aftershock.run",
  owner: "aftershock.owner",
  scenario: "aftershock.scenario",
  arm: "aftershock.arm",
  repeat: "aftershock.repeat",
} as const;

/**
 * The process that something belongs to, told so that a later one can see whether it still lives.
 * A pid says nothing by itself: another container has one of its own of the same number, often
 * under the same host name.
 */
export interface Owner {
  /** The machine's start: a random id of the kernel's, the same in all its containers. */
  readonly boot: string;
  /** The pid namespace in which `pid` counts. */
  readonly namespace: string;
  readonly pid: number;
  /** Start time in clock ticks since boot, so that a reused pid isn't taken for the owner. */
  readonly started: string;
  /** Machine id and host name: whether another boot is a later one of the same machine. */
  readonly machine: string;
  /** When even an owner that nobody can see must be gone, seconds since 1970. */
  readonly until: number;
}

/** What can be known of an owner from here. */
export type Fate = "alive" | "dead" | "unknown";

/**
 * No arm lives longer (see `limitSeconds` in a scenario's needs), and none of what it has made is renewed: so what
 * is older belongs to nobody. A day of it is for clocks that differ.
 */
const leaseSeconds = 2 * 24 * 3600;
const never = Number.MAX_SAFE_INTEGER;
/** The kernel's number of the first pid namespace: of a machine itself, not of a container. */
const firstNamespace = "4026531836";
const unknown = "?";

/** This process as an owner. */
export function thisOwner(now = Date.now()): Owner {
  return {
    ...here(),
    pid: process.pid,
    started: statOf(process.pid)[1] ?? unknown,
    until: Math.round(now / 1000) + leaseSeconds,
  };
}

/** This process as an owner, in its label form. */
export function ownerLabel(owner = thisOwner()): string {
  const { boot, namespace, pid, started, machine, until } = owner;
  return [boot, namespace, pid, started, until, machine].join(" ");
}

/** An owner read back from its label; undefined if the label is not ours. */
export function parseOwner(text: string): Owner | undefined {
  const [, boot, namespace, pid, started, until, machine] =
    /^(\S+) (\S+) (\d+) (\d+|\?) (\d+) (\S+)$/.exec(text) ?? [];
  if (boot && namespace && pid && started && until && machine)
    return { boot, namespace, pid: Number(pid), started, machine, until: Number(until) };
  return parseOld(text);
}

/** "host:pid:start", as before: says neither boot nor namespace, so nothing of its fate. */
function parseOld(text: string): Owner | undefined {
  const [, host, pid, started] = /^(.+):(\d+):(\d+|\?)$/.exec(text) ?? [];
  if (!host || !pid || !started) return undefined;
  const nowhere = { boot: unknown, namespace: unknown, until: never };
  return { ...nowhere, pid: Number(pid), started, machine: host };
}

/** Whether two labels tell of one process. */
export const sameOwner = (a: Owner, b: Owner): boolean =>
  a.boot === b.boot && a.namespace === b.namespace && a.pid === b.pid && a.started === b.started;

/**
 * Whether the owner still lives. Seen for certain only from its own boot and pid namespace; dead
 * for certain, too, if the same machine has been started anew. (A machine is known from its own
 * pid namespace only: in containers of one image, machine ids are the same.) For all others its
 * lease decides: an owner that can't be seen counts as alive until that has run out.
 */
export function fateOf(owner: Owner, from = here(), now = Date.now()): Fate {
  const told = owner.boot !== unknown && owner.namespace !== unknown;
  if (told && owner.boot === from.boot && owner.namespace === from.namespace)
    return livesHere(owner) ? "alive" : "dead";
  const machines = owner.namespace === firstNamespace && from.namespace === firstNamespace;
  if (machines && owner.boot !== from.boot && owner.machine === from.machine) return "dead";
  return now / 1000 > owner.until ? "dead" : "unknown";
}

function livesHere({ pid, started: then }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  const [state, started] = statOf(pid);
  if (state === "Z" || state === "X") return false; // it has ended, and nobody has asked how
  return then === unknown || started === undefined || started === then;
}

type Place = Pick<Owner, "boot" | "namespace" | "machine">;

/** Where this process lives. Without a kernel that tells, the host stands for all: it has no namespaces. */
function here(): Place {
  const host = hostname().replace(/\s/g, "-") || unknown;
  const id = fileText("/etc/machine-id");
  const machine = id === undefined ? host : `${id}/${host}`;
  const boot = fileText("/proc/sys/kernel/random/boot_id");
  if (boot === undefined)
    return { boot: `${process.platform}/${host}`, namespace: "none", machine };
  return { boot, namespace: namespaceOf(), machine };
}

function namespaceOf(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? unknown;
  } catch {
    return unknown;
  }
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim().split(/\s/)[0] || undefined;
  } catch {
    return undefined;
  }
}

/** State and start time of a process; nothing where there is no /proc. */
function statOf(pid: number): readonly [state?: string, started?: string] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [fields[0]!, fields[19]!];
  } catch {
    return [];
  }
}
