import { buildCommand } from "@stricli/core";

/** `aftershock show ID` */
export const show = buildCommand<{}, [string]>({
  docs: {
    brief: "Tell an incident's story, its source and its arms",
    customUsage: [{ input: "boto-close", brief: "what boto-close is about" }],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "the scenario's id, or its folder", parse: String, placeholder: "id" }],
    },
  },
  async func(_, id) {
    const { loadScenarios } = await import("../../scenario/load.ts");
    for (const { definition: d } of await loadScenarios([id])) {
      const arms = Object.entries(d.arms);
      const width = Math.max(...arms.map(([name]) => name.length));
      const lines = [
        `${d.id}: ${d.title}`,
        "",
        ...wrap(d.story, 78),
        "",
        ...wrap(`Source: "${d.source.document}", ${d.source.publisher}, ${d.source.published}`, 78),
        "",
        ...arms.flatMap(([name, { role, kind, why }]) => {
          const told = `${role}${kind === "no fault" ? ", no fault" : ""}${why ? `: ${why}` : ""}`;
          const [first = "", ...more] = wrap(told, 76 - width);
          return [
            `${name.padEnd(width)}  ${first}`,
            ...more.map((l) => `${" ".repeat(width)}  ${l}`),
          ];
        }),
        "",
        `Replay it: aftershock run ${id}`,
      ];
      this.process.stdout.write(`${lines.join("\n")}\n`);
    }
  },
});

/** Breaks a text into lines of at most `width` characters, at spaces. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
