import { buildApplication, buildRouteMap, run, text_en } from "@stricli/core";
import { createRequire } from "node:module";
import { AftershockError, ExitCode } from "../errors.ts";
import { check } from "./verbs/validate.ts";
import { clean } from "./verbs/clean.ts";
import { doctor } from "./verbs/doctor.ts";
import { engine } from "./verbs/engine.ts";
import { list } from "./verbs/list.ts";
import { recheck } from "./verbs/recheck.ts";
import { report } from "./verbs/report.ts";
import { replay } from "./verbs/run.ts";
import { show } from "./verbs/show.ts";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const app = buildApplication(
  buildRouteMap({
    routes: { list, show, run: replay, recheck, report, doctor, clean, validate: check, engine },
    docs: {
      brief: "Replay real incidents in containers: prove the failure, then prove the fix.",
      fullDescription:
        "Start with `aftershock list`, then `aftershock run boto-close`. " +
        "Exit codes: 0 as claimed, 1 a claim failed, 2 inconclusive, 64 usage, 65 invalid " +
        "scenario, 69 environment, 70 internal, 75 something left behind, 130/143 interrupted.",
    },
  }),
  {
    name: "aftershock",
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel" },
    localization: { text: { ...text_en, exceptionWhileRunningCommand: told } },
    determineExitCode: (error) =>
      error instanceof AftershockError ? error.exitCode : ExitCode.internal,
  },
);

// A reader that has seen enough, as `head` has, ends the telling and not what is being done.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

await run(app, process.argv.slice(2), {
  process: process as typeof process & { exitCode: number },
});
// stricli tells wrong usage by negative codes
if (Number(process.exitCode) < 0) process.exitCode = ExitCode.usage;
process.channel?.unref();

/** Errors of ours are for the reader; any other is a fault of ours and shows its stack. */
function told(error: unknown): string {
  if (!(error instanceof AftershockError))
    return `aftershock: internal error\n${error instanceof Error ? error.stack : String(error)}`;
  const hint = error.hint === undefined ? "" : `\n${error.hint}`;
  return `aftershock: ${error.message}${hint}`;
}
