import { existsSync, readFileSync } from "node:fs";
import { readyFile } from "./ready-file.ts";
import { until } from "./support/until.ts";

// Before each file of tests with containers: engine and images, which `set-up.ts` sees to, are there.

const file = process.env[readyFile] ?? "";
await until("engine and images are ready", () => existsSync(file), 30 * 60_000);
const wrong = readFileSync(file, "utf8");
if (wrong) throw new Error(wrong);
