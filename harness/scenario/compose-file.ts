import { existsSync } from "node:fs";
import { join } from "node:path";

/** Names that a folder's compose file may have, ours first. */
const fileNames = ["compose.yml", "compose.yaml", "docker-compose.yml", "docker-compose.yaml"];

/** Path of a folder's compose file, whether or not it is there. */
export function composeFileOf(folder: string): string {
  const name = fileNames.find((one) => existsSync(join(folder, one))) ?? "compose.yml";
  return join(folder, name);
}
