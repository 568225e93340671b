import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";
import { pathName } from "../path-name.ts";

interface Flags {
  readonly dir?: string;
  readonly patch?: string;
  readonly out: string;
  readonly fresh: boolean;
  readonly json: boolean;
}

/** `aftershock check ID --dir DIR` */
export const checkFix = buildCommand<Flags, [string], VerbContext>({
  docs: {
    brief: "Judge a fix of your own by the story's whole drive: 0 fixed, 1 not fixed",
    customUsage: [
      { input: "boto-close --dir my-fix", brief: "the files of my-fix, laid over the broken arm" },
      { input: "boto-close --patch fix.patch", brief: "a patch of its code" },
    ],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "the scenario's id, or its folder", parse: String, placeholder: "id" }],
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
    },
  },
  async func({ dir, patch, ...flags }, id) {
    const { checkFix: check } = await import("../check-command.ts");
    const { listenForInterrupt } = await import("../interrupt.ts");
    using interrupt = listenForInterrupt();
    const columns = Math.min(100, this.process.terminal.columns || 80);
    const { signal } = interrupt;
    const { text, exitCode } = await check({
      id,
      ...flags,
      columns,
      signal,
      ...(dir !== undefined && { dir }),
      ...(patch !== undefined && { patch }),
    });
    this.process.terminal.write(text);
    this.process.needsOutput = flags.json;
    this.process.exitCode = interrupt.exitCode() ?? exitCode;
  },
});
