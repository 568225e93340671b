import { ScenarioError } from "../errors.ts";
import type { Fix } from "./fix.ts";
import type { Scenario } from "./load.ts";

/** What the arm of somebody's own fix is called. */
export const YOURS = "yours";

/** The scenario with two arms: the story's broken one, and the fix laid over it. */
export function withYours({ definition, folder }: Scenario, fix: Fix): Scenario {
  const [name, broken] = Object.entries(definition.arms).find(
    ([, { role }]) => role === "broken",
  ) ?? [undefined, undefined];
  if (!name || !broken)
    throw new ScenarioError("NO_BROKEN_ARM", `${definition.id} has no broken arm to fix.`);
  const settings = { ...broken.env, ...fix.settings };
  const yours = {
    role: "yours",
    target: broken.target ?? name,
    ...(Object.keys(settings).length > 0 && { env: settings }),
    ...(fix.why !== undefined && { why: fix.why }),
    ...(broken.needs && { needs: broken.needs }),
  } as const;
  return { definition: { ...definition, arms: { [name]: broken, [YOURS]: yours } }, folder, fix };
}
