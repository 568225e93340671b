import { clockJumps, steady } from "./clock.ts";
import type { MeasuredEngine } from "./sampler.ts";

type Docker = Pick<MeasuredEngine["docker"], "ping">;

/** Told of a stretch in which something stood still, by the `steady` clock. */
type TellStall = (what: "lab" | "engine" | "clock", from: number, until: number) => void;

/** How often the lab looks whether it is on time itself, milliseconds. */
const beat = 250;
/** So much later than planned is a stall. */
const late = 1000;
/** How often the engine is asked for a sign of life, and how soon one is due. */
const askEvery = 1000;
const answerDue = 2000;

/** Watches for what makes everything late: this process, the engine, the machine's clock. */
export function watchStalls(docker: Docker, tell: TellStall): { stop(): void } {
  const watches = [watchEngine(docker, tell), watchSelf(tell)];
  return { stop: () => watches.forEach((watch) => watch.stop()) };
}

/** Our own timers come late where the machine is too busy, or this process was stopped. */
function watchSelf(tell: TellStall): { stop(): void } {
  const jumped = clockJumps();
  let due = steady() + beat;
  const look = () => {
    const now = steady();
    if (now - due > late) tell("lab", due, now);
    const jump = jumped();
    if (jump !== 0) tell("clock", now, now + Math.abs(jump));
    due = now + beat;
  };
  const timer = setInterval(look, beat).unref();
  return {
    stop() {
      look();
      clearInterval(timer);
    },
  };
}

/** At most one question is under way: an engine that stands still is asked once. */
function watchEngine(docker: Docker, tell: TellStall): { stop(): void } {
  const ended = new AbortController();
  let asked: number | undefined;
  const answered = () => {
    if (asked !== undefined && steady() - asked > answerDue) tell("engine", asked, steady());
    asked = undefined;
  };
  const timer = setInterval(() => {
    if (asked !== undefined) return;
    asked = steady();
    ping(docker, ended.signal)
      .then(answered, answered)
      .catch(() => {});
  }, askEvery).unref();
  return {
    stop() {
      clearInterval(timer);
      answered();
      ended.abort();
    },
  };
}

/** Whatever it answers, and even that it is gone: it does not stand still. */
function ping(docker: Docker, abortSignal: AbortSignal): Promise<unknown> {
  // The published types leave its options out.
  return (docker.ping as (options: { abortSignal: AbortSignal }) => Promise<unknown>).call(docker, {
    abortSignal,
  });
}
