import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";

interface Flags {
  readonly fix: boolean;
  readonly json: boolean;
}

/** `aftershock reveal` */
export const reveal = buildCommand<Flags, [], VerbContext>({
  docs: {
    brief: "End a drill's riddle: the debrief, your own timeline, and a post-mortem page",
    customUsage: [
      { input: "", brief: "what happened, why, and what you did when" },
      { input: "--fix", brief: "the same, and the reference's diff" },
    ],
  },
  parameters: {
    flags: {
      fix: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "show the reference's diff, too",
      },
      json: { kind: "boolean", default: false, withNegated: false, brief: "the debrief as JSON" },
    },
  },
  async func(flags) {
    const { reveal: tell } = await import("../reveal-command.ts");
    const { terminal } = this.process;
    terminal.write(await tell({ ...flags, terminal }));
  },
});
