import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";

/** `aftershock doctor` */
export const doctor = buildCommand<{}, [], VerbContext>({
  docs: {
    brief: "Look at what this machine has, and say what is missing",
    customUsage: [{ input: "", brief: "engine, memory, disk, base images, limits, networks" }],
  },
  parameters: {},
  async func() {
    const { examine } = await import("../doctor.ts");
    this.process.exitCode = await examine(this.process.stdout);
  },
});
