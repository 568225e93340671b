import { buildApplication, buildRouteMap, ExitCode as Stricli, run, text_en } from "@stricli/core";
import { AftershockError, ExitCode } from "../errors.ts";
import { version } from "../package.ts";
import { cleanText } from "../report/terminal/clean.ts";
import type { Output, VerbContext } from "./context.ts";
import { asOurs, toldError, toldInput } from "./told-error.ts";
import { checkFix } from "./verbs/check.ts";
import { check } from "./verbs/validate.ts";
import { clean } from "./verbs/clean.ts";
import { doctor } from "./verbs/doctor.ts";
import { drill } from "./verbs/drill.ts";
import { engine } from "./verbs/engine.ts";
import { begin } from "./verbs/new.ts";
import { hint } from "./verbs/hint.ts";
import { list } from "./verbs/list.ts";
import { merge } from "./verbs/merge.ts";
import { note } from "./verbs/note.ts";
import { recheck } from "./verbs/recheck.ts";
import { report } from "./verbs/report.ts";
import { reveal } from "./verbs/reveal.ts";
import { replay } from "./verbs/run.ts";
import { shell } from "./verbs/shell.ts";
import { show } from "./verbs/show.ts";

const app = buildApplication<VerbContext>(
  buildRouteMap({
    routes: {
      list,
      new: begin,
      show,
      run: replay,
      check: checkFix,
      drill,
      shell,
      hint,
      note,
      reveal,
      recheck,
      report,
      merge,
      doctor,
      clean,
      validate: check,
      engine,
    },
    docs: {
      brief: "Replay real incidents in containers: prove the failure, then prove the fix.",
      fullDescription:
        "Start with `aftershock list`, then `aftershock run boto-close`. " +
        "Exit codes: 0 as claimed, 1 a claim failed, 2 inconclusive, 64 usage, 65 invalid " +
        "scenario or no run, 69 environment, 70 internal, 75 something left behind, 130/143 interrupted.",
    },
  }),
  {
    name: "aftershock",
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    localization: {
      text: {
        ...text_en,
        exceptionWhileRunningCommand: toldError,
        noCommandRegisteredForInput: (args) => toldInput(text_en.noCommandRegisteredForInput(args)),
        exceptionWhileParsingArguments: (error, ansiColor) =>
          toldInput(text_en.exceptionWhileParsingArguments(error, ansiColor)),
      },
    },
    determineExitCode: (thrown) => {
      const error = asOurs(thrown);
      return error instanceof AftershockError ? error.exitCode : ExitCode.internal;
    },
  },
);

/** What a verb came to. */
export interface Ended {
  readonly exitCode: number;
  /** Whether its standard output is what it is for. */
  readonly needsOutput: boolean;
}

/** Runs the verb that the arguments name. */
export async function runVerb(
  args: readonly string[],
  { stdout, stderr }: { readonly stdout: Output; readonly stderr: Output } = process,
): Promise<Ended> {
  // A process of its own: whatever a scenario does to the real one's exitCode counts for nothing.
  const itself: { exitCode?: number } = {};
  const verb: VerbContext["process"] = {
    stdout: { write: (text) => void stdout.write(cleanText(text)) },
    stderr,
    terminal: stdout,
  };
  const outer = Object.assign(itself, { stdout, stderr, env: process.env });
  await run(app, args, { process: outer, forCommand: () => ({ process: verb }) });
  const { exitCode = 0 } = itself;
  return {
    exitCode: exitCode === 0 ? (verb.exitCode ?? 0) : ownCode(exitCode),
    needsOutput: verb.needsOutput ?? true,
  };
}

/** stricli tells wrong usage, and its own failures, by negative codes. */
function ownCode(exitCode: number): number {
  if (exitCode >= 0) return exitCode;
  const usage: readonly number[] = [Stricli.UnknownCommand, Stricli.InvalidArgument];
  return usage.includes(exitCode) ? ExitCode.usage : ExitCode.internal;
}
