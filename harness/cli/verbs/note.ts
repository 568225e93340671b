import { buildCommand } from "@stricli/core";
import { UsageError } from "../../errors.ts";
import type { VerbContext } from "../context.ts";

/** `aftershock note TEXT` */
export const note = buildCommand<{}, string[], VerbContext>({
  docs: {
    brief: "Write down what you think it is, with the time: the debrief shows it again",
    customUsage: [{ input: '"the pool is exhausted"', brief: "into notes.md of the session" }],
  },
  parameters: {
    positional: {
      kind: "array",
      minimum: 1,
      parameter: { brief: "what you think", parse: String, placeholder: "text" },
    },
  },
  async func(_, ...words) {
    const text = words.join(" ").trim();
    if (text === "") throw new UsageError("EMPTY_NOTE", "There is nothing to write down.");
    const { needSession } = await import("../../drill/session.ts");
    const { takeNote } = await import("../../drill/take-note.ts");
    const { tellQuietly } = await import("../drill-command.ts");
    const session = await needSession();
    const file = await takeNote(session.path, text);
    this.process.stdout.write(`noted in ${file}\n`);
    await tellQuietly(session);
  },
});
