import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";
import { pathName } from "../path-name.ts";
import { given, scenarioFlag, type ScenarioFlag } from "../scenario-flag.ts";

/** `aftershock recheck RUN` */
export const recheck = buildCommand<
  ScenarioFlag & { readonly json: boolean },
  [string],
  VerbContext
>({
  docs: {
    brief: "Judge a saved run again from its records; needs no engine",
    customUsage: [{ input: "runs/latest", brief: "the newest run once more" }],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "a run's folder", parse: pathName("recheck"), placeholder: "run" }],
    },
    flags: {
      ...scenarioFlag,
      json: { kind: "boolean", default: false, withNegated: false, brief: "the verdict as JSON" },
    },
  },
  async func({ json, scenario }, folder) {
    const { judgeFolder } = await import("../../replay/judge-folder.ts");
    const { exitCodeOf } = await import("../../judge/verdict.ts");
    const { verdictJson } = await import("../../report/index.ts");
    const { verdictTable } = await import("../../report/terminal/table.ts");
    const { verdict } = await judgeFolder(folder, await given(scenario));
    const { terminal } = this.process;
    terminal.write(json ? verdictJson(verdict) : verdictTable(verdict, terminal));
    this.process.needsOutput = json;
    this.process.exitCode = exitCodeOf(verdict);
  },
});
