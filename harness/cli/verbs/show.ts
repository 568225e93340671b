import { buildCommand } from "@stricli/core";
import type { Scenario } from "../../scenario/load.ts";
import type { Arm, Fixable, Needs } from "../../scenario/types.ts";

/** `aftershock show ID` */
export const show = buildCommand<{}, [string]>({
  docs: {
    brief: "Tell an incident's story, its source, what it needs and its arms",
    customUsage: [{ input: "boto-close", brief: "what boto-close is about" }],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "the scenario's id, or its folder", parse: String, placeholder: "id" }],
    },
  },
  async func(_, id) {
    const { readScenarios } = await import("../../scenario/load.ts");
    const { pairOf } = await import("../../scenario/pair.ts");
    for (const scenario of await readScenarios([id])) {
      const { definition: d } = scenario;
      const arms = Object.entries(d.arms);
      const width = Math.max(...arms.map(([name]) => name.length));
      const lines = [
        `${d.id}: ${d.title}`,
        "",
        ...wrap(d.story, 78),
        "",
        ...wrap(`Source: "${d.source.document}", ${d.source.publisher}, ${d.source.published}`, 78),
        "",
        `An arm needs ${needsText({ cpus: 0.5, seconds: 15, ...d.needs })}.`,
        "",
        ...arms.flatMap(([name, arm]) => {
          const [first = "", ...more] = armText(arm).flatMap((line) => wrap(line, 76 - width));
          return [
            `${name.padEnd(width)}  ${first}`,
            ...more.map((l) => `${" ".repeat(width)}  ${l}`),
          ];
        }),
        ...fixableText(d.fixable).flatMap((line) => ["", ...wrap(line, 78)]),
        "",
        `Replay it: aftershock run ${id}, the arms ${pairOf(d).join(" and ")};`,
        `all ${arms.length} of them, about ${await wholeTime(scenario)} here: aftershock run ${id} --all`,
      ];
      this.process.stdout.write(`${lines.join("\n")}\n`);
    }
  },
});

/** About how long all arms take on this machine, as they declare it. */
async function wholeTime(scenario: Scenario): Promise<string> {
  const { hereCapacity } = await import("../../replay/capacity.ts");
  const { estimate } = await import("../../replay/estimate.ts");
  const { plan } = await import("../../replay/plan.ts");
  const { formatAbout } = await import("../../report/format.ts");
  return formatAbout(estimate(plan([scenario]), hereCapacity()));
}

/** What `check` lets a fix of one's own change. */
function fixableText({ places, settings = [] }: Fixable = { places: {} }): readonly string[] {
  const parts = Object.entries(places).map(([name, { at }]) => `${name}/ (over ${at})`);
  const all = [...parts, ...(settings.length > 0 ? [`settings ${settings.join(" ")}`] : [])];
  return all.length === 0 ? [] : [`A fix of yours may change: ${all.join(", ")}.`];
}

/** What an arm is, and what it sets: variables of compose.yml, and needs of its own. */
function armText({ role, kind, why, target, env = {}, needs }: Arm): readonly string[] {
  const sets = Object.entries({ ...(target === undefined ? {} : { ARM: target }), ...env });
  return [
    `${role}${kind === "no fault" ? ", no fault" : ""}${why ? `: ${why}` : ""}`,
    ...(sets.length > 0 ? [`sets ${sets.map(([k, v]) => `${k}=${v}`).join(" ")}`] : []),
    ...(needs ? [`needs ${needsText(needs)}`] : []),
  ];
}

function needsText({ memory, cpus, seconds, exclusive }: Needs): string {
  const parts = [
    memory && `${memory} of memory`,
    cpus && `${cpus} processors`,
    seconds && `about ${seconds} s`,
    exclusive && "the machine alone",
  ];
  return parts.filter(Boolean).join(", ");
}

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
