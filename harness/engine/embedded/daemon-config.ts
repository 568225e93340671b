import { join } from "node:path";
import type { Layout } from "./layout.ts";

/** Everything it writes is below `state`, or in its own /run; it has no bridge and no firewall. */
export function daemonConfig(at: Layout): Record<string, unknown> {
  return {
    hosts: [`unix://${at.socket}`],
    group: "0",
    "data-root": join(at.state, "data"),
    "exec-root": "/run/docker",
    pidfile: "/run/docker.pid",
    containerd: "/run/containerd/containerd.sock",
    // Named, so that it refuses where overlay cannot be; unnamed, it would take the slow vfs.
    "storage-driver": "overlay2",
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
    "cgroup-parent": at.cgroupParent,
    bridge: "none",
    iptables: false,
    ip6tables: false,
    "ip-forward": false,
    "userland-proxy": false,
    "log-level": "warn",
    builder: { gc: { enabled: true, defaultKeepStorage: "4GB" } },
  };
}

/** containerd's, likewise. */
export function containerdConfig(at: Layout): string {
  return `version = 2
root = ${JSON.stringify(join(at.state, "containerd"))}
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.grpc.v1.cri"]
[grpc]
address = "/run/containerd/containerd.sock"
[debug]
level = "warn"
`;
}
