import { buildCommand, buildRouteMap } from "@stricli/core";

const verbs = () => import("../../engine/verbs.ts");
const progress = async () => (await import("../progress.ts")).stderrProgress;

const start = buildCommand({
  docs: {
    brief: "Start the embedded engine and keep it until `engine stop`",
    customUsage: [{ input: "", brief: "so that many runs, or work by hand, share it" }],
  },
  parameters: {},
  async func() {
    const { engineStart } = await verbs();
    this.process.stdout.write(`${await engineStart({ progress: await progress() })}\n`);
  },
});

const stop = buildCommand<{ readonly force: boolean }>({
  docs: {
    brief: "Let the embedded engine end",
    customUsage: [
      { input: "", brief: "refused while a run uses it" },
      { input: "--force", brief: "with everything that runs on it" },
    ],
  },
  parameters: {
    flags: {
      force: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "also while runs use it",
      },
    },
  },
  async func({ force }) {
    const { engineStop } = await verbs();
    this.process.stdout.write(`${await engineStop({ force })}\n`);
  },
});

const status = buildCommand({
  docs: {
    brief: "Tell which engine is used, and how it is",
    customUsage: [{ input: "", brief: "the user's own engine, or the embedded one" }],
  },
  parameters: {},
  async func() {
    const { engineStatus } = await verbs();
    this.process.stdout.write(`${await engineStatus({ progress: await progress() })}\n`);
  },
});

const env = buildCommand({
  docs: {
    brief: "Print what a shell needs to use the same engine by hand",
    customUsage: [{ input: "", brief: 'used as: eval "$(npx aftershock engine env)"' }],
  },
  parameters: {},
  async func() {
    const { engineEnv } = await verbs();
    this.process.stdout.write(await engineEnv({ progress: await progress() }));
  },
});

const remove = buildCommand({
  docs: {
    brief: "Remove the embedded engine with all its images; leaves nothing",
    customUsage: [{ input: "", brief: "frees the space in the cache folder" }],
  },
  parameters: {},
  async func() {
    const { engineRemove } = await verbs();
    this.process.stdout.write(`${await engineRemove()}\n`);
  },
});

/** `aftershock engine start|stop|status|env|remove` */
export const engine = buildRouteMap({
  routes: { start, stop, status, env, remove },
  docs: { brief: "Work with the engine by hand: start, stop, status, env, remove" },
});
