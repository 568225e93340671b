import module from "node:module";
import { join } from "node:path";
import { cacheFolder, openFolder } from "../cache-folder.js";

/**
 * Keeps what Node makes of our code in the cache folder: stripping types and compiling is most of
 * what a short command does. Where the folder is not ours alone, or full, it is done each time.
 */
export function keepCompiled(): void {
  try {
    const folder = join(cacheFolder(process.env), "compiled");
    openFolder(folder);
    module.enableCompileCache(folder);
  } catch {
    // it is only slower
  }
}
