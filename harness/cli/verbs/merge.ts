import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";
import { pathName } from "../path-name.ts";
import { given, scenarioFlag, type ScenarioFlag } from "../scenario-flag.ts";

interface Flags extends ScenarioFlag {
  readonly out: string;
  readonly json: boolean;
}

/** `aftershock merge DIR...` */
export const merge = buildCommand<Flags, string[], VerbContext>({
  docs: {
    brief: "Make one run of several, as of the shards that machines have played; needs no engine",
    fullDescription:
      "The run's folder is made below --out, with the records, logs and reports of all, and the " +
      "exit code is as of a run. Refused, by name, is what did not end, is missing or there twice, " +
      "or ran other code (65).",
    customUsage: [{ input: "shards/*", brief: "what `run --shard 1/4` to `4/4` has left" }],
  },
  parameters: {
    positional: {
      kind: "array",
      minimum: 1,
      parameter: { brief: "the runs' folders", parse: pathName("merge"), placeholder: "run" },
    },
    flags: {
      ...scenarioFlag,
      out: {
        kind: "parsed",
        parse: pathName("--out"),
        default: "runs",
        brief: "folder for the run's folder",
      },
      json: { kind: "boolean", default: false, withNegated: false, brief: "the verdict as JSON" },
    },
  },
  async func({ json, out, scenario }, ...folders) {
    const { resolve } = await import("node:path");
    const { tellGithub } = await import("../github.ts");
    const { mergeRuns } = await import("../../replay/merge.ts");
    const { exitCodeOf } = await import("../../judge/verdict.ts");
    const { verdictJson } = await import("../../report/index.ts");
    const { verdictTable } = await import("../../report/terminal/table.ts");
    const { cleanLine } = await import("../../report/terminal/clean.ts");
    const { shown } = await import("../../scenario/shown.ts");
    const own = await given(scenario);
    const merged = await mergeRuns(folders, { out: resolve(out), given: own });
    const { folder, verdict } = merged;
    const { terminal } = this.process;
    terminal.write(json ? verdictJson(verdict) : verdictTable(verdict, terminal));
    const page = cleanLine(`${shown(folder)}/report.html`);
    this.process.stderr.write(`${page} has the charts and every claim.\n`);
    await tellGithub(merged, (text) => this.process.stderr.write(text));
    this.process.needsOutput = json;
    this.process.exitCode = exitCodeOf(verdict);
  },
});
