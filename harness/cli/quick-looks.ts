import { parse, type Parsed } from "../drill/parse.ts";
import type { Built } from "../replay/run-arms.ts";
import type { Subject } from "./check-subject.ts";

/** Looks at a workspace's files as soon as images are built of them, and tells what came of it. */
export const quickLooks =
  (
    { workspace, scenario }: Subject,
    told: { readonly begin?: () => void; readonly end: (look: Parsed) => void },
  ): Built =>
  async (_, images, { engine, run, signal }) => {
    if (!workspace) return;
    told.begin?.();
    const context = { engine, images, run, signal };
    for (const look of await parse(workspace, scenario.definition, context)) told.end(look);
  };
