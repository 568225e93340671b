import { assert, constantFrom, dictionary, jsonValue, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { policyFaults, type Ground } from "../../../harness/scenario/policy.ts";
import { envelope, modelOf } from "../../support/compose-model.ts";

const sound = {
  ...envelope,
  image: "aftershock/x:1",
  command: null,
  entrypoint: null,
  restart: "no",
  networks: { inside: null },
};
const inside = { name: "p_inside", ipam: {}, internal: true };
const ground: Ground = { allows: (path) => path.startsWith("/repo/") };

type Change = Record<string, unknown>;
const compose = (service: Change, top: Change = {}) => ({
  name: "p",
  services: { box: { ...sound, ...service } },
  networks: { inside },
  ...top,
});
const faults = (service: Change, top: Change = {}) =>
  policyFaults(modelOf(compose(service, top)), ground);
const rules = (service: Change, top: Change = {}) => faults(service, top).map(({ rule }) => rule);
/** Reasons for everything: what can't be loosened stays a fault all the same. */
const excuses = (keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, "a reason of some length"]));

test("the envelope is sound", () => expect(faults({})).toEqual([]));

describe("what the envelope holds is missed, however it is left out", () => {
  test.each<[string, Change]>([
    ["memory", { mem_limit: undefined }],
    ["memory", { mem_limit: "0", memswap_limit: "0" }],
    ["memory", { memswap_limit: undefined }],
    ["memory", { memswap_limit: "-1" }],
    ["memory", { memswap_limit: "268435456" }],
    ["memory", { deploy: { resources: { limits: { memory: "67108864" } } } }],
    ["pids", { pids_limit: undefined }],
    ["pids", { pids_limit: -1 }],
    ["cpus", { cpus: undefined }],
    ["cpus", { cpus: 0 }],
    ["cpus", { cpus: undefined, cpu_quota: -1 }],
    ["cap_drop", { cap_drop: ["NET_RAW"] }],
    ["no-new-privileges", { security_opt: [] }],
    ["no-new-privileges", { security_opt: ["label:type:x"] }],
    ["logging", { logging: undefined }],
    ["logging", { logging: { driver: "json-file" } }],
    ["logging", { logging: { driver: "json-file", options: { "max-size": "-1" } } }],
    ["logging", { logging: { driver: "json-file", options: { "max-size": "100g" } } }],
    ["logging", { logging: { driver: "syslog", options: { "max-size": "5m" } } }],
    ["read_only", { read_only: undefined }],
    ["init", { init: false }],
    ["user", { user: undefined }],
    ["user", { user: "0" }],
    ["user", { user: "0:1000" }],
    ["user", { user: "root" }],
    ["user", { user: "nobody" }],
    ["user", { user: "1000:0" }],
    ["user", { post_start: [{ command: ["id"], user: "1:0" }] }],
    ["pids", { pids_limit: 4_000_000 }],
    ["pids", { deploy: { resources: { limits: { pids: 4097 } } } }],
    ["cpus", { cpus: 4096 }],
    ["cpus", { cpu_quota: 1e9, cpu_period: 1000 }],
    ["cpus", { cpus: undefined, deploy: { resources: { limits: { cpus: "65" } } } }],
    ["scale", { scale: 100_000 }],
    ["scale", { deploy: { replicas: 51 } }],
    ["logging", { logging: { driver: "local", options: { "max-size": "256m" } } }],
    ["restart", { restart: "always" }],
    ["restart", { restart: "unless-stopped" }],
    ["restart", { deploy: { restart_policy: { condition: "any" } } }],
    ["restart", { deploy: { restart_policy: {} } }],
    ["size", { tmpfs: ["/data:uid=1000,size=128"] }],
    ["size", { tmpfs: ["/tmp", "/data:size=4096,mode=0700"] }],
    ["size", { shm_size: "64" }],
    ["size", { volumes: [{ type: "tmpfs", target: "/x", tmpfs: { size: "128" } }] }],
  ])("%s: %j", (rule, service) => expect(rules(service)).toContain(rule));

  test.each<[string, Change]>([
    [
      "all limits under deploy",
      {
        mem_limit: undefined,
        cpus: undefined,
        pids_limit: undefined,
        deploy: { resources: { limits: { memory: "134217728", cpus: 0.5, pids: 9 } } },
      },
    ],
    ["the most of everything", { pids_limit: 4096, cpus: 64, scale: 50 }],
    ["limits that stay inside", { ulimits: { nofile: { soft: 1, hard: 2 }, core: 0, nproc: 64 } }],
    ["its own image", { build: { context: "/repo/x" } }],
    ["an image of another's", { image: "docker.io/library/postgres:16" }],
    ["a build from a cached image", { build: { context: "/repo/x", cache_from: ["a.b:5/x:1"] } }],
    ["cpus as a quota", { cpus: undefined, cpu_quota: 50_000 }],
    ["capabilities in small letters", { cap_drop: ["all"] }],
    ["no-new-privileges with =", { security_opt: ["no-new-privileges=true"] }],
    ["no-new-privileges alone", { security_opt: ["no-new-privileges"] }],
    ["no restart at all", { restart: undefined }],
    ["local logs", { logging: { driver: "local", options: { "max-size": "10m" } } }],
    ["no network", { networks: undefined, network_mode: "none" }],
    ["another's network", { networks: undefined, network_mode: "service:vm" }],
    ["another's processes", { pid: "service:vm" }],
    ["memory as a file system", { tmpfs: ["/tmp:size=5m"], shm_size: "1048576" }],
    ["a tmpfs mount", { volumes: [{ type: "tmpfs", target: "/x" }] }],
    [
      "one with a size",
      { volumes: [{ type: "tmpfs", target: "/x", tmpfs: { size: "134217728" } }] },
    ],
    [
      "sizes in every way",
      { tmpfs: ["/a:size=50%", "/b:size=0", "/c:size=16k", "/d:size=16777216"] },
    ],
    ["empty keys", { ports: [], devices: null, privileged: false, sysctls: {} }],
  ])("but sound is: %s", (_, service) => expect(faults(service)).toEqual([]));
});

test("a volume in memory has a unit as well", () => {
  const volume = (o: string) => ({ v: { driver_opts: { type: "tmpfs", device: "tmpfs", o } } });
  expect(faults({}, { volumes: volume("uid=1000,size=5m") })).toEqual([]);
  expect(faults({}, { volumes: volume("uid=1000,size=5") })).toMatchObject([
    { volume: "v", says: "has a size of 5, less than 16 KiB: write a unit, as `64m`" },
  ]);
});

describe("an author may loosen with a reason, and only with one", () => {
  test.each<[string, Change]>([
    ["cap_add", { cap_add: ["SETGID", "CAP_CHOWN"] }],
    ["read_only", { read_only: false }],
    ["init", { init: undefined }],
    ["user", { user: "0" }],
    ["restart", { restart: "always" }],
  ])("%s", (rule, service) => {
    expect(rules(service)).toContain(rule);
    expect(rules({ ...service, "x-why": { [rule]: "too short" } })).toContain(rule);
    expect(rules({ ...service, "x-why": { [rule]: "             " } })).toContain(rule);
    expect(faults({ ...service, "x-why": { [rule]: "a reason of some length" } })).toEqual([]);
  });
});

const never: [string, Change, Change?][] = [
  ["privileged", { privileged: true }],
  ["host network", { network_mode: "host", networks: undefined }],
  ["default bridge", { network_mode: "bridge", networks: undefined }],
  ["a stranger's network", { network_mode: "container:db", networks: undefined }],
  ["host pid", { pid: "host" }],
  ["a stranger's pid", { pid: "container:db" }],
  ["host ipc", { ipc: "host" }],
  ["host uts", { uts: "host" }],
  ["host user namespace", { userns_mode: "host" }],
  ["host cgroup", { cgroup: "host" }],
  ["cgroup_parent", { cgroup_parent: "/" }],
  [
    "the engine's socket",
    {
      volumes: [{ type: "bind", source: "/var/run/docker.sock", target: "/var/run/docker.sock" }],
    },
  ],
  ["a folder of the host", { volumes: [{ type: "bind", source: "/repo/app", target: "/app" }] }],
  ["a pipe", { volumes: [{ type: "npipe", source: "x", target: "y" }] }],
  ["a mount of a later day", { volumes: [{ type: "new", source: "x", target: "y" }] }],
  ["a stranger's volumes", { volumes_from: ["container:db"] }],
  [
    "a bind mount as a volume",
    {},
    { volumes: { v: { name: "p_v", driver_opts: { type: "none", o: "bind", device: "/" } } } },
  ],
  [
    "a bind mount as a tmpfs",
    {},
    { volumes: { v: { driver_opts: { type: "tmpfs", device: "tmpfs", o: "size=5m,bind" } } } },
  ],
  [
    "a network drive",
    {},
    { volumes: { v: { driver_opts: { type: "nfs", device: ":/x", o: "addr=1.2.3.4" } } } },
  ],
  ["a volume plugin", {}, { volumes: { v: { driver: "sshfs" } } }],
  ["a stranger's volume", {}, { volumes: { v: { name: "prod", external: true } } }],
  ["a volume by name", {}, { volumes: { v: { name: "prod" } } }],
  [
    "a secret of the host",
    { secrets: [{ source: "s" }] },
    { secrets: { s: { file: "/etc/shadow" } } },
  ],
  [
    "a config of the host",
    { configs: [{ source: "c" }] },
    { configs: { c: { file: "/etc/shadow" } } },
  ],
  ["a stranger's secret", { secrets: [{ source: "s" }] }, { secrets: { s: { external: true } } }],
  ["devices", { devices: [{ source: "/dev/kmsg", target: "/dev/kmsg" }] }],
  ["device rules", { device_cgroup_rules: ["b *:* rwm"] }],
  ["gpus", { gpus: "all" }],
  [
    "reserved devices",
    { deploy: { resources: { reservations: { devices: [{ capabilities: ["gpu"] }] } } } },
  ],
  ["another runtime", { runtime: "io.containerd.runc.v2" }],
  ["ports", { ports: [{ target: 80, published: "8080" }] }],
  ["container_name", { container_name: "db" }],
  ["seccomp", { security_opt: ["no-new-privileges:true", "seccomp=unconfined"] }],
  ["seccomp with a colon", { security_opt: ["no-new-privileges:true", "seccomp:unconfined"] }],
  ["apparmor", { security_opt: ["no-new-privileges:true", "apparmor=unconfined"] }],
  ["system paths", { security_opt: ["no-new-privileges:true", "systempaths=unconfined"] }],
  ["sysctls", { sysctls: { "kernel.msgmax": "1" } }],
  ["the host's address", { extra_hosts: ["h=host-gateway"] }],
  ["the host's address as a map", { extra_hosts: { h: ["host-gateway"] } }],
  ["external_links", { external_links: ["db"] }],
  ["credential_spec", { credential_spec: { file: "x" } }],
  ["oom_kill_disable", { oom_kill_disable: true }],
  ["oom_score_adj", { oom_score_adj: -1000 }],
  ["real time", { cpu_rt_runtime: 1 }],
  ["blkio", { blkio_config: { weight: 10 } }],
  ["annotations", { annotations: { a: "b" } }],
  ["develop", { develop: { watch: [{ path: "." }] } }],
  ["provider", { provider: { type: "x" } }],
  ["the engine by another key", { use_api_socket: true }],
  ["a key of a later day", { host_something: "x" }],
  ["root's group", { group_add: ["0"] }],
  ["a group by name", { group_add: ["docker"] }],
  ["a privileged hook", { post_start: [{ command: ["id"], privileged: true, user: "1" }] }],
  ["labels of the lab", { labels: { "aftershock.owner": "x" } }],
  ["a privileged build", { build: { context: "/repo/x", privileged: true } }],
  ["an unsafe build", { build: { context: "/repo/x", entitlements: ["security.insecure"] } }],
  ["keys for a build", { build: { context: "/repo/x", ssh: ["default"] } }],
  [
    "a Dockerfile of the machine",
    { build: { context: "/repo/x", dockerfile: "../../etc/Dockerfile" } },
  ],
  [
    "a build's labels of the lab",
    { build: { context: "/repo/x", labels: { "aftershock.inputs": "x" } } },
  ],
  ["a build of the disk", { build: { context: "/" } }],
  [
    "a further context of the disk",
    { build: { context: "/repo/x", additional_contexts: { r: "/" } } },
  ],
  ["a fetched build", { build: { context: "https://example.org/x.git" } }],
  ["a build that writes", { build: { context: "/repo/x", cache_to: ["type=local,dest=/x"] } }],
  ["a build's other names", { build: { context: "/repo/x", tags: ["aftershock/base:bullseye"] } }],
  ["a base under our name", { image: "aftershock/base:bullseye", build: { context: "/repo/x" } }],
  [
    "a base by its whole name",
    { image: "docker.io/aftershock/base:1", build: { context: "/repo/x" } },
  ],
  ["a base's own base", { image: "aftershock/rootfs:1", build: { context: "/repo/x" } }],
  ["an image of the user's own", { image: "postgres:16", build: { context: "/repo/x" } }],
  [
    "an image by its content",
    { image: `aftershock/x@sha256:${"a".repeat(64)}`, build: { context: "/repo/x" } },
  ],
  [
    "a Dockerfile of the machine's for an image",
    { build: { context: "docker-image://x", dockerfile: "/etc/shadow" } },
  ],
  [
    "a cache of the machine's",
    { build: { context: "/repo/x", cache_from: ["TYPE=local,src=/etc"] } },
  ],
  ["a cache beside it", { build: { context: "/repo/x", cache_from: ["./cache"] } }],
  [
    "another frontend",
    { build: { context: "/repo/x", args: { BUILDKIT_SYNTAX: "evil/frontend" } } },
  ],
  ["real time", { ulimits: { rtprio: 99 } }],
  ["real time for a build", { build: { context: "/repo/x", ulimits: { rtprio: 99 } } }],
  ["a limit of a later day", { ulimits: { new: 1 } }],
  ...(["secrets", "configs"] as const).map((kind): [string, Change, Change] => [
    `the lab's environment in ${kind}`,
    { [kind]: [{ source: "s" }] },
    { [kind]: { s: { environment: "HTTPS_PROXY" } } },
  ]),
  [
    "the lab's environment in a build",
    { build: { context: "/repo/x", secrets: [{ source: "s" }] } },
    { secrets: { s: { environment: "HTTPS_PROXY" } } },
  ],
  ...["com.docker.compose.project", "aftershock.owner"].flatMap(
    (label): [string, Change, Change][] => [
      [`a volume's ${label}`, {}, { volumes: { v: { labels: { [label]: "x" } } } }],
      [
        `a network's ${label}`,
        {},
        { networks: { inside: { ...inside, labels: { [label]: "x" } } } },
      ],
    ],
  ),
  [
    "a build's secret of the host",
    { build: { context: "/repo/x", secrets: [{ source: "s" }] } },
    { secrets: { s: { file: "/etc/shadow" } } },
  ],
  ["a build's key of a later day", { build: { context: "/repo/x", host_thing: 1 } }],
  ["the default network", {}, { networks: { default: { name: "p_default", ipam: {} } } }],
  ["a network with a way out", {}, { networks: { inside: { name: "p_inside" } } }],
  [
    "a fixed subnet",
    {},
    { networks: { inside: { ...inside, ipam: { config: [{ subnet: "10.9.0.0/24" }] } } } },
  ],
  ["a network by name", {}, { networks: { inside: { ...inside, name: "prod" } } }],
  ["a stranger's network", {}, { networks: { inside: { name: "prod", external: true } } }],
  ["macvlan", {}, { networks: { inside: { ...inside, driver: "macvlan" } } }],
  [
    "a bridge of the host",
    {},
    { networks: { inside: { ...inside, driver_opts: { "com.docker.network.bridge.name": "b" } } } },
  ],
  ["a fixed address", { networks: { inside: { ipv4_address: "10.9.0.5" } } }],
  ["models", {}, { models: { m: { model: "x" } } }],
  ...(
    "ALL SYS_ADMIN SYS_PTRACE NET_ADMIN SYS_MODULE SYS_RAWIO DAC_READ_SEARCH BPF PERFMON SYS_TIME " +
    "SYS_BOOT SYS_NICE SYSLOG MKNOD MAC_ADMIN MAC_OVERRIDE WAKE_ALARM cap_sys_admin NEW_ONE"
  )
    .split(" ")
    .map((name): [string, Change] => [`capability ${name}`, { cap_add: [name] }]),
];

describe("never, whatever x-why says", () => {
  test.each(never)("%s", (_, service, top) => {
    const before = faults(service, top);
    expect(before).not.toEqual([]);
    for (const { says } of before) expect(says).toMatch(/^\S[^\n]{8,}$/);
    const words = before.flatMap(({ key, rule }) => [key, rule]);
    const why = excuses([...words, ...Object.keys(service), "cap_add", "all", "*"]);
    expect(faults({ ...service, "x-why": why }, top)).toEqual(before);
  });
});

test("whatever compose answers, faults are told and nothing is thrown", () => {
  const keys = constantFrom(...Object.keys(sound), ...never.flatMap(([, s]) => Object.keys(s)));
  assert(
    property(dictionary(keys, jsonValue()), jsonValue(), (service, rest) => {
      for (const kind of ["networks", "volumes", "secrets", "configs", "services"])
        expect(policyFaults(modelOf({ ...compose(service), [kind]: rest }), ground)).toBeInstanceOf(
          Array,
        );
    }),
  );
});
