import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ImagesModel } from "../images/wanted.ts";
import { drillFolder, type Drill } from "./load.ts";

/**
 * An image that a workspace's Dockerfile may take things from: what right fixes want to install,
 * fetched while there was a network. Only for a drill whose folder has a `store/`.
 */
export function storeImage(
  { definition, folder }: Pick<Drill, "definition" | "folder">,
  { secrets, folder: base }: ImagesModel,
): readonly ImagesModel[] {
  const context = join(drillFolder(folder), "store");
  if (!existsSync(context)) return [];
  const build = { context, network: "host", secrets: [{ source: "host_ca" }] };
  const image = `aftershock/${definition.name}-store:1`;
  return [{ secrets, folder: base, services: { store: { image, build } } }];
}
