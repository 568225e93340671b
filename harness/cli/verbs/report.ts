import { buildCommand } from "@stricli/core";
import { pathName } from "../path-name.ts";
import { given, scenarioFlag, type ScenarioFlag } from "../scenario-flag.ts";

/** `aftershock report RUN` */
export const report = buildCommand<ScenarioFlag, [string]>({
  docs: {
    brief: "Write a saved run's reports again from its records; needs no engine",
    customUsage: [
      { input: "runs/latest", brief: "report.html, summary.md, junit.xml, verdict.json" },
    ],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "a run's folder", parse: pathName("report"), placeholder: "run" }],
    },
    flags: scenarioFlag,
  },
  async func({ scenario }, folder) {
    const { join } = await import("node:path");
    const { reportFolder } = await import("../../replay/judge-folder.ts");
    await reportFolder(folder, await given(scenario));
    this.process.stdout.write(`${join(folder, "report.html")}\n`);
  },
});
