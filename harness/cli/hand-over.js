// The last thing that the first step does: runs the command itself, and ends as it ends. Plain
// JavaScript, for a Node that is too old for anything else.
import { spawn } from "node:child_process";

/**
 * Runs a program of ours with that Node, and gives the exit code to end with. The child has a
 * session of its own, so that each signal reaches it once, by us; of our end, also by kill -9, it
 * hears by the IPC channel.
 */
export function handOver(node, args, env, isTask) {
  return new Promise((resolve, reject) => {
    const stdio = ["inherit", "inherit", "inherit", "ipc"];
    const child = spawn(node, args, { stdio, env, detached: true });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGWINCH"])
      process.on(signal, () => child.kill(signal));
    let said;
    child.on("message", (message) => (said = message.exitCode));
    child.on("error", reject);
    // "close", not "exit": by then all that it said is heard.
    child.on("close", (code, signal) => {
      if (code < 0) return; // it did not start, and why is told
      resolve(isTask && code !== null ? code : exitCodeOf(code, signal, said));
    });
  });
}

/**
 * A verb's exit codes are a contract, and count where main.ts said them itself. Any other is Node's
 * own, as of one that main.ts could not begin on or that ran out of memory, and none of a verb's.
 */
function exitCodeOf(code, signal, said) {
  if (code !== null && code === said) return code;
  const byOthers = { SIGINT: 130, SIGKILL: 137, SIGTERM: 143 }[signal];
  if (byOthers) return byOthers;
  const { NODE_OPTIONS: options } = process.env;
  const hint = options
    ? `Is it NODE_OPTIONS, which is "${options}"? Unset it and run this again.`
    : "What it says above is why; where it says nothing, see whether the memory was enough.";
  console.error(`aftershock: Node ended with ${signal || code} before it was done.\n${hint}`);
  return 70;
}
