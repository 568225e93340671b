import { buildCommand } from "@stricli/core";
import type { Scenario } from "../../scenario/load.ts";

/** `aftershock list` */
export const list = buildCommand({
  docs: {
    brief: "List the incidents that can be replayed: the project's own, and the lab's",
    customUsage: [{ input: "", brief: "every scenario, its title and arms" }],
  },
  parameters: {},
  async func() {
    const { readScenarios } = await import("../../scenario/load.ts");
    const { placesFrom } = await import("../../scenario/places.ts");
    const places = placesFrom();
    const yours = [...places.yours.keys()];
    const lab = [...places.lab.keys()].filter((id) => !places.yours.has(id));
    const scenarios = await readScenarios([...yours, ...lab], places);
    const width = Math.max(...scenarios.map(({ definition }) => definition.id.length));
    const told = scenarios.map((one) => entryOf(one, width));
    if (yours.length > 0) told.splice(yours.length, 0, "The lab's own:\n");
    this.process.stdout.write(told.join(""));
  },
});

function entryOf({ definition: d }: Scenario, width: number): string {
  const roles = Object.values(d.arms).map(({ role }) => role);
  const count = (role: string) => roles.filter((r) => r === role).length;
  return (
    `${d.id.padEnd(width)}  ${d.title}\n${" ".repeat(width)}  ` +
    `${count("broken")} broken, ${count("fixed")} fixed, ${count("control")} controls\n`
  );
}
