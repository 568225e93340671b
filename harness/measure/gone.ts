/**
 * The engine or the kernel says that a container is not there (any more).
 * Cgroup files that are open answer ENODEV then; those that are opened anew, ENOENT.
 */
export function isGone(error: unknown): boolean {
  const { code, statusCode } = error as NodeJS.ErrnoException & { statusCode?: number };
  return statusCode === 404 || code === "ENOENT" || code === "ENODEV" || code === "ESRCH";
}
