/** Aftershock as a library: guard your own incidents in your own repository. */
export {
  AftershockError,
  EnvironmentError,
  ExitCode,
  InconclusiveError,
  RunFolderError,
  ScenarioError,
  UsageError,
} from "./errors.ts";
export type { Progress } from "./progress.ts";
export type { ArmRun, Reporter } from "./report/reporter.ts";
export { judgeFolder, reportFolder, type JudgedRun } from "./replay/judge-folder.ts";
export { replay, type Replayed, type ReplayOptions } from "./replay/replay.ts";
export { loadScenario, loadScenarios, type Scenario } from "./scenario/load.ts";
export * from "./scenario/index.ts";
export type { ArmVerdict, ScenarioVerdict, Verdict } from "./judge/verdict-types.ts";
