import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";

/** `aftershock shell [-- CMD...]` */
export const shell = buildCommand<{}, string[], VerbContext>({
  docs: {
    brief: "Open a shell beside the broken system, or run one command there",
    fullDescription:
      "A toolbox in the service's own process ids and network: ps, top, strace, lsof, ss, tcpdump, " +
      "dig, curl, gdb. A service's files are under /proc/PID/root. The exit code is the command's own.",
    customUsage: [
      { input: "", brief: "a shell" },
      { input: "-- ps auxf", brief: "one command; works in a pipe" },
      { input: "-- tcpdump -w - | wireshark -k -i -", brief: "what it says goes through as it is" },
    ],
  },
  parameters: {
    positional: {
      kind: "array",
      parameter: { brief: "a command and what it is given", parse: String, placeholder: "cmd" },
    },
  },
  async func(_, ...command) {
    const { shellCommand } = await import("../shell-command.ts");
    this.process.exitCode = await shellCommand(command);
  },
});
