import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../engine/index.ts";
import { InconclusiveError, ScenarioError } from "../errors.ts";
import { exec, type ExecOutcome } from "../lifecycle/exec.ts";
import type { Watch } from "../measure/index.ts";
import type { Background, ExecOptions, Stage } from "../scenario/types.ts";
import type { Journal } from "./journal.ts";
import type { Job } from "./plan.ts";

export interface StageParts {
  readonly engine: Engine;
  readonly job: Job;
  readonly journal: Journal;
  readonly watch: Watch;
  readonly signal: AbortSignal;
  /** Takes lines of background commands that are no observations. */
  readonly log: (service: string, line: string) => void;
  /** Id of the service's container. Replicas: "backend-3". */
  readonly container: (service: string) => string | undefined;
}

/** Builds what a scenario's `drive` is given. */
export function createStage(parts: StageParts): Stage {
  const { job, journal, watch, signal } = parts;
  return {
    arm: { name: job.arm, role: job.role, env: job.env },
    signal,
    now: journal.now,
    phase: journal.phase,
    observe: journal.observe,
    load: (name, count = 1) => journal.load(name, count),
    seen: journal.seen,
    loaded: journal.loaded,
    latest: (service) => watch.latest(service),
    events: (service, action) => watch.events(service, action),
    ...commands(parts),
    ...services(parts),
    ...waits(signal),
  };
}

/** What runs inside a service's container. */
function commands(parts: StageParts): Pick<Stage, "exec" | "start"> {
  const run = (
    service: string,
    command: readonly string[],
    { timeoutMs = 60_000, env, user }: ExecOptions,
    onLine?: (line: string) => void,
  ) =>
    exec(parts.engine.docker, {
      container: idOf(parts, service),
      command,
      timeoutMs,
      signal: parts.signal,
      ...(env && { env }),
      ...(user !== undefined && { user }),
      ...(onLine && { onLine }),
    });

  return {
    async exec(service, command, options = {}) {
      const result = await run(service, command, options);
      if ((options.check ?? true) && result.exitCode !== 0)
        throw execFailed(service, command, result);
      return result;
    },
    start(service, command, options = {}): Background {
      const done = run(service, command, { timeoutMs: 0, ...options }, (line) => {
        if (!parts.journal.line(line)) parts.log(service, line);
      });
      done.catch(() => {}); // an abort also ends the drive; who needs the result awaits `done`
      return { done };
    },
  };
}

/** What is done to a service's container as a whole. */
function services(parts: StageParts): Pick<Stage, "restart" | "stop" | "startService" | "logs"> {
  const operate = (service: string) => parts.engine.docker.getContainer(idOf(parts, service));
  return {
    restart: async (service) => void (await operate(service).restart({ t: 1 })),
    stop: async (service) => void (await operate(service).stop({ t: 1 })),
    startService: async (service) => void (await operate(service).start()),
    logs: async (service) =>
      plainLogs(await operate(service).logs({ stdout: true, stderr: true, follow: false })),
  };
}

function waits(signal: AbortSignal): Pick<Stage, "attempt" | "until" | "watch"> {
  const attempt: Stage["attempt"] = async (probe, { withinMs, everyMs = 50 }) => {
    const deadline = performance.now() + withinMs;
    for (;;) {
      signal.throwIfAborted();
      const found = await probe();
      if (found) return found;
      if (performance.now() >= deadline) return undefined;
      await sleep(everyMs, undefined, { signal });
    }
  };
  return {
    attempt,
    async until(what, probe, options) {
      const found = await attempt(probe, options);
      if (found !== undefined) return found;
      throw new InconclusiveError(
        "CONDITION_NOT_MET",
        `Waited ${options.withinMs / 1000} s in vain: ${what}`,
      );
    },
    watch: (ms) => sleep(ms, undefined, { signal }),
  };
}

function idOf(parts: StageParts, service: string): string {
  const id = parts.container(service);
  if (id !== undefined) return id;
  throw new ScenarioError(
    "UNKNOWN_SERVICE",
    `${parts.job.scenario}: drive speaks of a service "${service}" that has no container`,
  );
}

function execFailed(
  service: string,
  command: readonly string[],
  result: ExecOutcome,
): InconclusiveError {
  const said = (result.stderr || result.stdout).trim().split("\n").slice(-5).join("\n");
  return new InconclusiveError(
    "EXEC_FAILED",
    `"${command.join(" ")}" in ${service} ended with ${result.exitCode}${said ? `: ${said}` : ""}`,
  );
}

/** Takes the frame headers out of the engine's multiplexed log format. */
export function plainLogs(frames: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= frames.length;) {
    const length = frames.readUInt32BE(at + 4);
    parts.push(frames.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString("utf8");
}
