import { readFile } from "node:fs/promises";
import { parse } from "yaml";

/** The parts of a compose file that the harness reads by itself. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export interface ComposeService {
  readonly image?: string;
  readonly build?: {
    readonly context?: string;
    readonly dockerfile?: string;
    readonly target?: string;
    readonly args?: Readonly<Record<string, string>>;
  };
  readonly scale?: number;
  readonly deploy?: { readonly replicas?: number };
}

/** Reads a compose file, not interpolated: see `interpolate`. */
export async function readCompose(path: string): Promise<ComposeFile> {
  const file = parse(await readFile(path, "utf8"), { merge: true }) as Partial<ComposeFile> | null;
  return {
    services: file?.services ?? {},
    networks: file?.networks ?? {},
    volumes: file?.volumes ?? {},
  };
}

/** Replaces `${NAME}` and `${NAME:-default}` as compose does. */
export function interpolate(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$\{(\w+)(?::?-([^}]*))?\}/g,
    (_, name: string, fallback?: string) => env[name] || (fallback ?? ""),
  );
}
