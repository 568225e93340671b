import { keeperOf } from "../drill/claim.ts";
import { appendEvent } from "../drill/events.ts";
import { openShell } from "../drill/open-shell.ts";
import { needSession } from "../drill/session.ts";
import { runningToolbox } from "../drill/toolbox.ts";
import { acquireEngine } from "../engine/index.ts";
import { EnvironmentError, messageOf } from "../errors.ts";
import { label } from "../lifecycle/labels.ts";
import { silent } from "../progress.ts";
import { tellQuietly } from "./drill-command.ts";

/** Runs a command, or a shell, in the toolbox of the drill under way; gives its exit code. */
export async function shellCommand(command: readonly string[]): Promise<number> {
  const session = await needSession();
  const { path, state } = session;
  if (!(await keeperOf(path)))
    throw new EnvironmentError("DRILL_DOWN", "The drill's system is down.", {
      hint: "`aftershock drill` brings it up again; the workspace is as it was.",
    });
  await using engine = await acquireEngine({ progress: silent });
  const { signal } = new AbortController();
  const toolbox = await runningToolbox(engine, `${label.run}=${state.run}`, signal);
  // A full disk keeps nobody from looking.
  await appendEvent(path, "shell").catch((error: unknown) =>
    process.stderr.write(`aftershock: ${messageOf(error)}\n`),
  );
  const { stdin: input, stdout: output, stderr: errors } = process;
  const run = command.length > 0 ? command : ["bash"];
  const exitCode = await openShell(engine, toolbox, run, { input, output, errors });
  await tellQuietly(session);
  return exitCode;
}
