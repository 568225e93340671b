import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

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
          name: "containers",
          include: ["test/process/**/*.test.ts", "test/replay/**/*.test.ts"],
          globalSetup: "test/set-up.ts",
          // Two cores are common: containers of two test files at once would disturb each other.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
