export interface Release {
  readonly version: string;
  /** By platform, e.g. "linux-arm64". */
  readonly integrity: Readonly<Record<string, string>>;
}

export function fetchNode(
  platform: string,
  release: Release,
  folder: string,
  options: { readonly limit: number; readonly check?: (node: string) => void },
): Promise<void>;
