import { keeperOf } from "../drill/claim.ts";
import { appendEvent } from "../drill/events.ts";
import { killed, openShell } from "../drill/open-shell.ts";
import { needSession } from "../drill/session.ts";
import { runningToolbox, wasCutOff } from "../drill/toolbox.ts";
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
  const runLabel = `${label.run}=${state.run}`;
  let toolbox = await runningToolbox(engine, runLabel);
  // A full disk keeps nobody from looking.
  await appendEvent(path, "shell").catch((error: unknown) =>
    process.stderr.write(`aftershock: ${messageOf(error)}\n`),
  );
  const { stdin: input, stdout: output, stderr: errors } = process;
  const ends = { input, output, errors };
  const run = command.length > 0 ? command : ["bash"];
  let exitCode = await openShell(engine, toolbox.id, run, ends);
  const cutOff = async () =>
    command.length === 0 &&
    input.isTTY &&
    exitCode === killed &&
    (await wasCutOff(engine, toolbox));
  while (await cutOff()) {
    process.stderr.write("\nthe service was started again, and what ran beside it has ended\n");
    toolbox = await runningToolbox(engine, runLabel);
    exitCode = await openShell(engine, toolbox.id, run, ends);
  }
  await tellQuietly(session);
  return exitCode;
}
