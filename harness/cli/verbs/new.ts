import { buildCommand } from "@stricli/core";
import type { VerbContext } from "../context.ts";
import { pathName } from "../path-name.ts";

interface Flags {
  readonly from?: string;
}

/** `aftershock new ID` */
export const begin = buildCommand<Flags, [string], VerbContext>({
  docs: {
    brief: "Write a small scenario that replays at once, to make your own of",
    fullDescription:
      "A service that leaks, its fix, a wrong fix, and the fault left out, in incidents/ID of the " +
      "project that you stand in. Nothing that is there is written over.",
    customUsage: [
      { input: "march", brief: "incidents/march" },
      { input: "march --from compose.yml", brief: "with the services of a compose file" },
    ],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "small letters, digits, hyphens", parse: String, placeholder: "id" }],
    },
    flags: {
      from: {
        kind: "parsed",
        parse: pathName("--from", "file"),
        optional: true,
        placeholder: "file",
        brief: "a compose file whose services the scenario begins with",
      },
    },
  },
  async func({ from }, id) {
    const { newScenario } = await import("../../scenario/new.ts");
    const { shown } = await import("../../scenario/shown.ts");
    const { folder, files, notes } = await newScenario(id, from === undefined ? {} : { from });
    const lines = [
      ...files.map((file) => `${shown(folder)}/${file}`),
      ...notes.map((note) => `left out: ${note}`),
      "",
      `npx aftershock validate ${id}    whether all of it fits together`,
      `npx aftershock run ${id} --all   every arm: broken, fixed, and the two controls`,
    ];
    this.process.stdout.write(`${lines.join("\n")}\n`);
  },
});
