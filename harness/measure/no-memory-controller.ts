/** How a machine is brought to count the memory of containers. */
export const memoryControllerHint =
  "Switch the kernel's memory controller on: cgroup_enable=memory swapaccount=1 on its command line (on a Raspberry Pi in cmdline.txt), then restart the machine. `docker info` says so, too.";

/** That this machine doesn't count the memory of containers: it can be measured by nobody. */
export function noMemoryController(): Error & { code: string } {
  const message = "This machine does not count the memory of containers: no memory controller.";
  return Object.assign(new Error(message), { code: "NO_MEMORY_CONTROLLER" });
}
