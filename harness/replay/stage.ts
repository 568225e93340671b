import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../engine/index.ts";
import { InconclusiveError, JobNotDoneError, ScenarioError, messageOf } from "../errors.ts";
import { ask, statusOf, wordsOf } from "../engine/ask.ts";
import { exec, nameOf, type ExecOutcome } from "../lifecycle/exec.ts";
import { readLogs } from "../lifecycle/logs.ts";
import type { Watch } from "../measure/index.ts";
import type { Background, ExecOptions, Stage } from "../scenario/stage-types.ts";
import type { Doing } from "./doing.ts";
import type { Journal } from "./journal.ts";
import type { Job } from "./plan.ts";

export interface StageParts {
  readonly engine: Engine;
  readonly job: Job;
  readonly journal: Journal;
  readonly watch: Watch;
  readonly signal: AbortSignal;
  readonly doing: Doing;
  /** Takes lines of background commands that are no observations. */
  readonly log: (service: string, line: string) => void;
  /** Id of the service's container. Replicas: "backend-3". */
  readonly container: (service: string) => string | undefined;
}

/** Builds what a scenario's `drive` is given. */
export function createStage(parts: StageParts): Stage {
  const { job, journal, watch, signal } = parts;
  /** Background commands that have ended badly, each in a sentence. */
  const failed: string[] = [];
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
    ...commands(parts, failed),
    ...services(parts),
    ...waits(parts, failed),
  };
}

/** What runs inside a service's container. */
function commands(parts: StageParts, failed: string[]): Pick<Stage, "exec" | "start"> {
  const { doing, signal, journal, log } = parts;
  const run = (
    service: string,
    command: readonly string[],
    { timeoutMs = 60_000, env, user }: ExecOptions,
    onLine?: (line: string) => void,
  ) =>
    exec(parts.engine.docker, {
      container: idOf(parts, service),
      service,
      command,
      timeoutMs,
      signal,
      ...(env && { env }),
      ...(user !== undefined && { user }),
      ...(onLine && { onLine }),
    });

  /** A background command that failed is told where the reader looks: in the log, and the record. */
  const tellEnd = (service: string, command: readonly string[], result: ExecOutcome) => {
    const { exitCode, stderr } = result;
    for (const line of linesOf(stderr)) log(service, line);
    if (exitCode === 0) return;
    const words = lastWords(result);
    log(service, `[${nameOf({ command, service })} ended with ${exitCode}]`);
    failed.push(
      `${nameOf({ command, service })} had ended with ${exitCode}${words && `: ${words}`}`,
    );
    const told = { service, command: command.join(" "), exitCode, said: words };
    journal.observe("background command failed", told);
  };
  const tellFailure = (service: string, error: unknown) => {
    if (signal.aborted) return;
    log(service, `[${messageOf(error)}]`);
    failed.push(messageOf(error));
    journal.observe("background command failed", { service, said: messageOf(error) });
  };

  return {
    async exec(service, command, options = {}) {
      await stillOn(signal);
      const result = await doing.during(
        nameOf({ command, service }),
        run(service, command, options),
      );
      if ((options.check ?? true) && result.exitCode !== 0)
        throw execFailed(service, command, result);
      return result;
    },
    start(service, command, options = {}): Background {
      const done = run(service, command, { timeoutMs: 0, ...options }, (line) => {
        if (!journal.line(line)) log(service, line);
      });
      // An abort also ends the drive; who needs the result awaits `done`.
      done.then(
        (result) => tellEnd(service, command, result),
        (error: unknown) => tellFailure(service, error),
      );
      return { done };
    },
  };
}

/** What is done to a service's container as a whole. */
function services(parts: StageParts): Pick<Stage, "restart" | "stop" | "startService" | "logs"> {
  const { engine, signal, doing } = parts;
  type Container = ReturnType<Engine["docker"]["getContainer"]>;
  const operate = async (
    verb: string,
    service: string,
    call: (container: Container, abortSignal: AbortSignal) => Promise<unknown>,
  ) => {
    await stillOn(signal);
    const container = engine.docker.getContainer(idOf(parts, service));
    const what = `${verb} the container of ${service}`;
    try {
      await doing.during(
        what,
        ask(what, (abort) => call(container, abort), { signal }),
      );
    } catch (cause) {
      const status = statusOf(cause);
      if (status === undefined) throw cause;
      if (status === 304) return; // it is so already
      const message = `${what} was refused: ${wordsOf(cause)}`;
      throw new InconclusiveError("OPERATION_REFUSED", message, { cause });
    }
  };
  return {
    restart: (service) =>
      operate("Restarting", service, (c, abortSignal) => c.restart({ t: 1, abortSignal })),
    stop: (service) =>
      operate("Stopping", service, (c, abortSignal) => c.stop({ t: 1, abortSignal })),
    startService: (service) =>
      operate("Starting", service, (c, abortSignal) => c.start({ abortSignal })),
    async logs(service) {
      await stillOn(signal);
      const reading = readLogs(engine.docker, idOf(parts, service), { signal });
      return doing.during(`the log of ${service}`, reading);
    },
  };
}

function waits(
  { signal, doing }: StageParts,
  failed: readonly string[],
): Pick<Stage, "attempt" | "until" | "watch"> {
  const attempt: Stage["attempt"] = async (probe, { withinMs, everyMs = 50 }) => {
    await stillOn(signal);
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
    attempt: (probe, options) => doing.during("a condition", attempt(probe, options)),
    async until(what, probe, options) {
      const found = await doing.during(`this to be so: ${what}`, attempt(probe, options));
      if (found !== undefined) return found;
      const waited = `Waited ${options.withinMs / 1000} s in vain: ${what}`;
      const said = [waited, ...failed.slice(-3)].join("; ");
      throw options.of === "system"
        ? new JobNotDoneError("JOB_NOT_DONE", said)
        : new InconclusiveError("CONDITION_NOT_MET", said);
    },
    async watch(ms) {
      await stillOn(signal);
      await doing.during(`${ms / 1000} s of watching`, sleep(ms, undefined, { signal }));
    },
  };
}

/**
 * A drive that goes on though its arm is over gets nothing done any more, and is slowed down: one
 * that tries again whatever happens would else keep this process from all other work.
 */
async function stillOn(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) return;
  await sleep(1000, undefined, { ref: false });
  signal.throwIfAborted();
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
  const said = lastWords(result);
  return new InconclusiveError(
    "EXEC_FAILED",
    `${nameOf({ command, service })} ended with ${result.exitCode}${said && `: ${said}`}`,
  );
}

const lastWords = ({ stderr, stdout }: ExecOutcome) =>
  linesOf(stderr.trim() === "" ? stdout : stderr)
    .slice(-5)
    .join("\n")
    .slice(-2000);

const linesOf = (text: string) => (text.trim() === "" ? [] : text.trim().split("\n"));
