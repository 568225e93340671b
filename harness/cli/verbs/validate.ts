import { buildCommand } from "@stricli/core";

/** `aftershock validate [PATH]` */
export const check = buildCommand<{}, [string?]>({
  docs: {
    brief: "Check a scenario folder, or all of them, without running anything",
    customUsage: [
      { input: "", brief: "all scenarios" },
      { input: "scenarios/boto-close", brief: "one folder" },
    ],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { brief: "a scenario's folder", parse: String, placeholder: "path", optional: true },
      ],
    },
  },
  async func(_, path) {
    const { resolve } = await import("node:path");
    const { loadScenarios } = await import("../../scenario/load.ts");
    const valid = await loadScenarios(path === undefined ? [] : [resolve(path)]);
    for (const { definition } of valid) this.process.stdout.write(`${definition.id}: valid\n`);
  },
});
