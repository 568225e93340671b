import { buildCommand, numberParser } from "@stricli/core";
import type { VerbContext } from "../context.ts";

/** `aftershock hint [N]` */
export const hint = buildCommand<{ readonly json: boolean }, [number?], VerbContext>({
  docs: {
    brief: "Give the next hint of the drill under way; it is counted, and costs nothing",
    customUsage: [
      { input: "", brief: "the next one" },
      { input: "1", brief: "the first once more" },
    ],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "one that was given before",
          parse: numberParser,
          placeholder: "number",
          optional: true,
        },
      ],
    },
    flags: {
      json: { kind: "boolean", default: false, withNegated: false, brief: "for a script" },
    },
  },
  async func({ json }, number) {
    const { needSession } = await import("../../drill/session.ts");
    const { findDrill } = await import("../../drill/load.ts");
    const { nextHint } = await import("../../drill/next-hint.ts");
    const { path, state } = await needSession();
    const { hints } = await findDrill(state.folder ?? state.drill);
    const given = await nextHint(path, hints, number);
    const { terminal, stdout } = this.process;
    if (json) {
      const { plainJson } = await import("../../report/plain-json.ts");
      stdout.write(plainJson(given));
      return;
    }
    if (given.noMore) {
      const { number, heading } = given;
      stdout.write(
        `There are no more hints. The last was number ${number}, "${heading}": \`aftershock hint ${number}\` shows it again.\n`,
      );
      return;
    }
    const { markdownText } = await import("../../report/terminal/markdown.ts");
    const { painterFor, widthOf } = await import("../../report/terminal/paint.ts");
    const page = `## Hint ${given.number} of ${given.of}: ${given.heading}\n\n${given.text}`;
    terminal.write(markdownText(page, widthOf(terminal), painterFor(terminal)));
  },
});
