import { execFileSync } from "node:child_process";
import { constants, setPriority } from "node:os";

/**
 * Lets this process's JavaScript go before all that isn't real-time, round-robin among those that
 * are: busy containers then can't hold it up. For a process that does little at a time. The kernel
 * asks for privilege, and for Linux, and may give none of it to a container: then as much goes to
 * it as can be had, and late samples are seen and told as gaps.
 */
export function becomeRealTime(): void {
  try {
    const args = ["--reset-on-fork", "--rr", "--pid", "1", String(process.pid)];
    execFileSync("chrt", args, { stdio: "ignore" });
  } catch {
    favour();
  }
}

function favour(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // as above
  }
}
