/**
 * What a build's context is to compose: a folder of this machine, an image (also another service's,
 * or a target of the same file), or an address that the builder fetches by itself.
 */
export function contextKind(context: string): "folder" | "image" | "fetched" {
  if (/^(docker-image|service|target):/.test(context)) return "image";
  return /^[\w+.-]+:\/\/|^git@|^github\.com\//i.test(context) ? "fetched" : "folder";
}
