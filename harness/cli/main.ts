import { keepCompiled } from "./compiled.ts";
import { end, fault, guardEnding } from "./ending.ts";

// First of all: what goes wrong from here on, also in loading the rest, has its own exit code.
guardEnding();
keepCompiled();
try {
  const { runVerb } = await import("./app.ts");
  const { exitCode, needsOutput } = await runVerb(process.argv.slice(2));
  await end(exitCode, needsOutput);
} catch (error) {
  fault(error);
}
