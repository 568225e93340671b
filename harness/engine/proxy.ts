const names = new Set(["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"]);

/**
 * The proxies this machine uses, as build arguments: Docker knows these names without an ARG
 * line, and keeps them out of the image and of the cache's keys.
 */
export function proxyArguments(env: NodeJS.ProcessEnv): Record<string, string> {
  const set = Object.entries(env).filter(([name, value]) => value && names.has(name.toLowerCase()));
  return Object.fromEntries(set) as Record<string, string>;
}
