import module from "node:module";
import { compiledFolder } from "../cache-folder.js";

/**
 * Keeps what Node makes of our code in the cache folder: stripping types and compiling is most of
 * what a short command does. aftershock.js says so by the environment, then main.ts is kept, too.
 */
export function keepCompiled(): void {
  const folder = compiledFolder(process.env);
  if (folder) module.enableCompileCache(folder);
}
