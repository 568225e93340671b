import { fork } from "node:child_process";
import { moduleBeside } from "../package.ts";
import { SamplingProcess, type Connect } from "./cgroup-sampler.ts";
import type { Answer, Order } from "./protocol.ts";

let here: SamplingProcess | undefined;

/**
 * The process of this machine that reads cgroup files, started where none runs. It serves this
 * process's samplers alone, keeps it from ending only while there is something to sample, and ends
 * with it.
 */
export function samplingHere(): SamplingProcess {
  if (!here || here.ended) here = new SamplingProcess(forked);
  return here;
}

const forked: Connect = (hear, ended) => {
  const child = fork(moduleBeside(import.meta, "sampling-process"), {
    // No helpers: they are not real-time, and it would wait for them.
    execArgv: ["--single-threaded-gc"],
    serialization: "advanced",
    // A Ctrl-C is for whoever asks: the last samples are still to come.
    detached: true,
  });
  child.unref();
  child.on("message", (answer: Answer) => hear(answer));
  child.on("error", ended);
  child.on("exit", (code, signal) =>
    ended(new Error(`The process that reads cgroup files ended (${signal ?? code}).`)),
  );
  return {
    send: (order: Order) => child.send(order),
    here: (at) => at,
    hold: (on) => (on ? child.channel?.ref() : child.channel?.unref()),
  };
};
