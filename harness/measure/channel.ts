import { Socket } from "node:net";
import { frame, unframer } from "./frames.ts";
import type { Answer, Order } from "./protocol.ts";

/** Whoever asks says something each second. Who is silent for so long is gone, and the network did not say so. */
const silenceMs = 120_000;

/**
 * The sampling process's way to whoever started it: the IPC channel of a parent on this machine,
 * else standard input and output, as a container has them. Gives how to answer. When the other
 * side is gone, however it ended, so is this process.
 */
export function openChannel(hear: (order: Order) => void): (answer: Answer) => void {
  return process.send ? ofParent(hear) : ofStreams(hear);
}

function ofParent(hear: (order: Order) => void): (answer: Answer) => void {
  process.on("message", hear);
  process.on("disconnect", () => process.exit());
  return (answer) => process.send?.(answer);
}

function ofStreams(hear: (order: Order) => void): (answer: Answer) => void {
  const end = () => process.exit();
  // Not process.stdout, whose pipe is written to at once or not at all: while nobody reads it, a
  // frozen engine for one, samples are to be taken on time all the same.
  const output = new Socket({ fd: 1, readable: false, writable: true }).on("error", end);
  const silence = setTimeout(end, silenceMs);
  const take = unframer((order) => {
    silence.refresh();
    hear(order as Order);
  });
  process.stdin.on("data", take).on("end", end).on("error", end);
  return (answer) => output.write(frame(answer));
}
