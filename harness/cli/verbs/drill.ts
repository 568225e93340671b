import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";

interface Flags {
  readonly blind: boolean;
  readonly reset: boolean;
  readonly end: boolean;
  readonly json: boolean;
}

const flag = (brief: string) =>
  ({ kind: "boolean", default: false, withNegated: false, brief }) as const;

/** `aftershock drill [ID]` */
export const drill = buildCommand<Flags, [string?], VerbContext>({
  docs: {
    brief: "Find the fault yourself: the symptom, a broken system under load, and tools",
    fullDescription:
      "Without a name it lists the drills, or comes back to the one under way. The system stays up " +
      "when the terminal is closed, until --end. What is yours lies in drills/ of the folder you stand in.",
    customUsage: [
      { input: "", brief: "the drills there are, or the one under way" },
      { input: "3", brief: "begin number 3" },
      { input: "--blind", brief: "begin one that is drawn" },
      { input: "--reset", brief: "a fresh workspace and system; the old workspace is moved aside" },
      { input: "--end", brief: "take it all down; every file stays" },
    ],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { brief: "a drill's number or name", parse: String, placeholder: "id", optional: true },
      ],
    },
    flags: {
      blind: flag("draw one, and don't say which"),
      reset: flag("begin anew in the same session"),
      end: flag("end the session"),
      json: flag("for a script"),
    },
  },
  async func(flags, id) {
    const { drillCommand } = await import("../drill-command.ts");
    const { stdout, terminal } = this.process;
    this.process.exitCode = await drillCommand({
      ...flags,
      stdout,
      terminal,
      ...(id !== undefined && { id }),
    });
  },
});
