import { buildCommand } from "@stricli/core";

/** `aftershock clean` */
export const clean = buildCommand({
  docs: {
    brief: "Remove what dead runs left on the engine; nothing without our label is touched",
    customUsage: [{ input: "", brief: "containers, networks and volumes of runs that are gone" }],
  },
  parameters: {},
  async func() {
    const { acquireEngine } = await import("../../engine/index.ts");
    const { sweep } = await import("../../lifecycle/sweep.ts");
    const { stderrProgress } = await import("../progress.ts");
    await using engine = await acquireEngine({ progress: stderrProgress });
    const { removed, left } = await sweep(engine.docker);
    for (const { kind, name } of removed) this.process.stdout.write(`removed ${kind} ${name}\n`);
    for (const { kind, name, why } of left)
      this.process.stdout.write(`left ${kind} ${name}: ${why}\n`);
    if (removed.length + left.length === 0) this.process.stdout.write("nothing was left behind\n");
  },
});
