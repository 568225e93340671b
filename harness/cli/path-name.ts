import { UsageError } from "../errors.ts";
import { toldInput } from "./told-error.ts";

/**
 * What takes the name of a folder or a file, as `--out`. An empty one would be read as the folder
 * one stands in, as a script whose variable is not set would have it; a flag is a slip.
 */
export function pathName(what: string, kind = "folder"): (text: string) => string {
  return (text) => {
    if (text.trim() !== "" && !text.startsWith("-")) return text;
    throw new UsageError(
      "BAD_FLAG",
      `${what} takes the name of a ${kind}, not "${toldInput(text)}".`,
    );
  };
}
