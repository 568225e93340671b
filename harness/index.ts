/** Aftershock as a library: guard your own incidents in your own repository. */
export { AftershockError, ExitCode } from "./errors.ts";
export { judgeFolder, reportFolder, type JudgedRun } from "./replay/judge-folder.ts";
export { replay, type Replayed, type ReplayOptions } from "./replay/replay.ts";
export { loadScenario, loadScenarios, type Scenario } from "./scenario/load.ts";
export * from "./scenario/index.ts";
export type { ArmVerdict, ScenarioVerdict, Verdict } from "./judge/verdict-types.ts";
