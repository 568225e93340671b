import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";

/** `aftershock doctor` */
export const doctor = buildCommand<{ readonly json: boolean }, [], VerbContext>({
  docs: {
    brief: "Look at what this machine has, and say what a run would miss, and how to mend it",
    fullDescription:
      "Nothing is fetched or built. Each line is ok, a note (a run goes on) or FAIL, with what to " +
      "do about it. Exit codes: 0 a run can begin, else the code that `run` would end with.",
    customUsage: [
      { input: "", brief: "engine, memory, disk, Compose, limits, networks, proxies, registries" },
      { input: "--json", brief: "the same for a program" },
    ],
  },
  parameters: {
    flags: {
      json: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "all findings as JSON on standard output",
      },
    },
  },
  async func({ json }) {
    const { examine } = await import("../doctor.ts");
    const { terminal, stdout } = this.process;
    const out = { write: (text: string) => stdout.write(text), columns: terminal.columns ?? 80 };
    this.process.exitCode = await examine(out, { asJson: json });
  },
});
