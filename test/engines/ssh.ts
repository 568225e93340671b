/** A real engine behind ssh, reached by what `doctor` tells the user to type. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { main } from "../process/command.ts";
import { until } from "../support/until.ts";
import { libraries, type Started } from "./started.ts";

/** Starts sshd of the packages in `root`, and forwards the engine's socket. Gone with the result. */
export async function behindSsh(root: string, socket: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "ssh-"));
  const port = await freePort();
  for (const key of ["host", "user"])
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, key)]);
  const server = startServer(root, folder, port);
  const ended = once(server, "exit");
  const stop = async () => {
    server.kill("SIGKILL"); // the connection goes with it, and so does the user's ssh
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until("sshd listens", () => listens(port));
    const env = { DOCKER_HOST: `ssh://root@127.0.0.1:${port}${socket}` };
    return { env: await follow(await recipe(env), folder), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The commands that `doctor` gives for an engine that it can't reach: its hint's indented lines. */
async function recipe(env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await main(["doctor", "--json"], {
    env: { ...env, AFTERSHOCK_ENGINE: "system" },
  });
  const { findings } = JSON.parse(stdout) as { findings: { code?: string; hint?: string }[] };
  const hint = findings.find(({ code }) => code === "ENGINE_UNREACHABLE")?.hint ?? "";
  return hint.match(/^ {2}.+$/gm)!.join("\n");
}

/** Types them in a shell of a user whose ssh knows host and key; what they set for DOCKER_HOST. */
async function follow(commands: string, home: string): Promise<{ DOCKER_HOST: string }> {
  const config = [
    "StrictHostKeyChecking no",
    `UserKnownHostsFile ${join(home, "known_hosts")}`,
    `IdentityFile ${join(home, "user")}`,
    "IdentitiesOnly yes",
  ];
  writeFileSync(join(home, "config"), config.join("\n"));
  mkdirSync(join(home, "bin"));
  const { stdout: ssh } = await execa("sh", ["-c", "command -v ssh"]);
  writeFileSync(join(home, "bin/ssh"), `#!/bin/sh\nexec ${ssh} -F ${home}/config "$@"\n`);
  chmodSync(join(home, "bin/ssh"), 0o755);
  // The ssh that stays behind must not keep a pipe to this process open.
  const shell = `(${commands}\nprintf %s "$DOCKER_HOST" >"$HOME/named") >"$HOME/said" 2>&1`;
  const env = { HOME: home, PATH: `${home}/bin:${process.env["PATH"]}` };
  await execa("sh", ["-e", "-c", shell], { env, stdio: "ignore", timeout: 30_000 });
  return { DOCKER_HOST: readFileSync(join(home, "named"), "utf8") };
}

/** In namespaces of its own: sshd wants a user and a folder that a machine without it lacks. */
function startServer(root: string, folder: string, port: number) {
  const settings = [
    "ListenAddress 127.0.0.1",
    `Port ${port}`,
    `HostKey ${join(folder, "host")}`,
    `AuthorizedKeysFile ${join(folder, "user.pub")}`,
    "PidFile none",
    "StrictModes no",
    "PermitRootLogin yes",
    "UsePAM no",
  ];
  writeFileSync(join(folder, "sshd_config"), settings.join("\n"));
  const script = `
    { cat /etc/passwd; echo sshd:x:65533:65534::/run/sshd:/bin/false; } >${folder}/passwd
    mount --bind ${folder}/passwd /etc/passwd
    mount -t tmpfs none /run && mkdir /run/sshd
    exec ${root}/usr/sbin/sshd -D -E ${folder}/log -f ${folder}/sshd_config`;
  const apart = ["--mount", "--pid", "--fork", "--kill-child=KILL"];
  const env = { ...process.env, LD_LIBRARY_PATH: libraries(root) };
  return spawn("unshare", [...apart, "sh", "-e", "-c", script], { stdio: "ignore", env });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

const listens = (port: number) =>
  new Promise<boolean>((answer) => {
    const socket = connect(port, "127.0.0.1", () => answer(socket.destroy() === socket));
    socket.on("error", () => answer(false));
  });
