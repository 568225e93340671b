import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const withContainers = {
  globalSetup: "test/set-up.ts",
  setupFiles: "test/ready.ts",
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    reporters: process.env["CI"] ? ["default", "./test/counting-reporter.ts"] : ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/policy/**/*.test.ts"],
          testTimeout: 30_000, // others may keep this machine busy
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "process",
          include: ["test/process/**/*.test.ts"],
          ...withContainers,
          // What they do with the lab's processes is more waiting than work.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "replay",
          include: ["test/replay/**/*.test.ts"],
          ...withContainers,
          // Two cores are common: containers of two test files at once would disturb each other.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
