import { runVerb } from "../../harness/cli/app.ts";

/** Runs a verb in this process, as the command line would; gives its exit code and what it said. */
export async function verb(...args: readonly string[]) {
  let stdout = "";
  let stderr = "";
  const { exitCode } = await runVerb(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exitCode, stdout, stderr };
}
