import { buildCommand } from "@stricli/core";
import { UsageError } from "../../errors.ts";
import type { VerbContext } from "../context.ts";
import { pathName } from "../path-name.ts";

interface Flags {
  readonly dir?: string;
  readonly patch?: string;
  readonly out: string;
  readonly fresh: boolean;
  readonly json: boolean;
  readonly watch: boolean;
}

/** `aftershock check [ID --dir DIR]` */
export const checkFix = buildCommand<Flags, [string?], VerbContext>({
  docs: {
    brief: "Judge a fix of your own by the story's whole drive: 0 fixed, 1 not fixed",
    fullDescription:
      "Within a drill it judges the workspace, and needs neither id nor folder. A promise that is " +
      "broken for good is told at once; what is fixed is told when all of the drive was played.",
    customUsage: [
      { input: "", brief: "the workspace of the drill under way" },
      { input: "--watch", brief: "the same, at each save" },
      { input: "boto-close --dir my-fix", brief: "the files of my-fix, laid over the broken arm" },
      { input: "boto-close --patch fix.patch", brief: "a patch of its code" },
    ],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "the scenario's id, or its folder",
          parse: String,
          placeholder: "id",
          optional: true,
        },
      ],
    },
    flags: {
      dir: {
        kind: "parsed",
        parse: pathName("--dir"),
        optional: true,
        placeholder: "folder",
        brief: "the fix as a folder: docs/fixes.md",
      },
      patch: {
        kind: "parsed",
        parse: pathName("--patch", "file"),
        optional: true,
        placeholder: "file",
        brief: "the fix as a patch; PLACE:FILE where the scenario has several places",
      },
      out: {
        kind: "parsed",
        parse: pathName("--out"),
        default: "runs",
        brief: "folder for the run's folder",
      },
      fresh: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "play the broken arm again, though its record was kept",
      },
      json: { kind: "boolean", default: false, withNegated: false, brief: "the verdict as JSON" },
      watch: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "judge at each save, until Ctrl-C",
      },
    },
  },
  async func({ dir, patch, watch, ...flags }, id) {
    const { listenForInterrupt } = await import("../interrupt.ts");
    if (watch && flags.json)
      throw new UsageError("BAD_FLAG", "--watch is for a person, --json for a script.");
    using interrupt = listenForInterrupt();
    const { terminal } = this.process;
    const request = {
      ...flags,
      columns: Math.min(100, terminal.columns || 80),
      signal: interrupt.signal,
      ...(id !== undefined && { id }),
      ...(dir !== undefined && { dir }),
      ...(patch !== undefined && { patch }),
    };
    if (watch) {
      const { watchFix } = await import("../watch-command.ts");
      await watchFix(request, terminal);
      this.process.exitCode = interrupt.exitCode() ?? 0;
      return;
    }
    const { checkFix: check } = await import("../check-command.ts");
    try {
      const { text, exitCode } = await check(request);
      terminal.write(text);
      this.process.needsOutput = flags.json;
      this.process.exitCode = interrupt.exitCode() ?? exitCode;
    } catch (error) {
      // Before its first arm there is nothing to tell of a check that was interrupted.
      const code = interrupt.exitCode();
      if (code === undefined) throw error;
      this.process.exitCode = code;
    }
  },
});
