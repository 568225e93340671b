import { buildCommand } from "@stricli/core";

/** `aftershock report RUN` */
export const report = buildCommand<{}, [string]>({
  docs: {
    brief: "Write a saved run's reports again from its records; needs no engine",
    customUsage: [{ input: "runs/latest", brief: "report.html, summary.md, junit.xml, verdict.json" }],
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{ brief: "a run's folder", parse: String, placeholder: "run" }],
    },
  },
  async func(_, folder) {
    const { judgeFolder } = await import("../../replay/judge-folder.ts");
    const { writeReports } = await import("../../report/index.ts");
    const judged = await judgeFolder(folder);
    const files = await writeReports(folder, judged);
    this.process.stdout.write(files.map((file) => `${file}\n`).join(""));
  },
});
