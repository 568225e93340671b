import { buildCommand } from "@stricli/core";

/** `aftershock list` */
export const list = buildCommand({
  docs: {
    brief: "List the incidents that can be replayed",
    customUsage: [{ input: "", brief: "every scenario, its title and arms" }],
  },
  parameters: {},
  async func() {
    const { readScenarios } = await import("../../scenario/load.ts");
    const scenarios = await readScenarios();
    const width = Math.max(...scenarios.map(({ definition }) => definition.id.length));
    for (const { definition: d } of scenarios) {
      const roles = Object.values(d.arms).map(({ role }) => role);
      const count = (role: string) => roles.filter((r) => r === role).length;
      this.process.stdout.write(
        `${d.id.padEnd(width)}  ${d.title}\n${" ".repeat(width)}  ` +
          `${count("broken")} broken, ${count("fixed")} fixed, ${count("control")} controls\n`,
      );
    }
  },
});
