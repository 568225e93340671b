// Work of other programs while setting up: ended at a limit, and its failures told in a sentence.
// Plain JavaScript, for a Node that is too old for anything else.
import { spawn } from "node:child_process";

/**
 * Runs a program to its end, or to the limit (milliseconds), and a signal to us is one to it.
 * Gives why it failed, if it did, and all that it said.
 */
export function work(command, args, cwd, env, limit) {
  return new Promise((resolve) => {
    const stdio = ["ignore", "pipe", "pipe"];
    // A group of its own: npm's children are to end with it.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio,
      detached: true,
    });
    let said = "";
    let failed;
    const hear = (text) => (said = (said + text).slice(-100_000));
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
    const kill = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // it has ended
      }
    };
    const timer = setTimeout(() => {
      failed = `it was not done within ${limit / 1000} s (AFTERSHOCK_SETUP_MINUTES lengthens it)`;
      kill("SIGKILL");
    }, limit);
    const passedOn = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
      const pass = () => {
        kill("SIGKILL");
        process.exit(signal === "SIGINT" ? 130 : 143);
      };
      process.on(signal, pass);
      return [signal, pass];
    });
    const end = (why) => {
      clearTimeout(timer);
      for (const [signal, pass] of passedOn) process.removeListener(signal, pass);
      resolve({ failed: failed || why, said: said.trim() });
    };
    child.on("error", (error) => end(`${command} could not be run: ${error.message}`));
    child.on("close", (code, signal) =>
      end(code === 0 ? undefined : `it ended with ${signal || code}`),
    );
  });
}

/** npm's own waits add up to minutes of silence; and of a CA it hears by NODE_EXTRA_CA_CERTS only. */
export function npmSettings(env) {
  const settings = {
    npm_config_fetch_timeout: "60000",
    npm_config_fetch_retry_mintimeout: "1000",
    npm_config_fetch_retry_maxtimeout: "10000",
  };
  for (const name of Object.keys(settings)) if (env[name]) delete settings[name];
  // Behind a proxy that intercepts TLS.
  if (env.SSL_CERT_FILE && !env.NODE_EXTRA_CA_CERTS)
    settings.NODE_EXTRA_CA_CERTS = env.SSL_CERT_FILE;
  return settings;
}

const settings = "See `npm config get registry`, and HTTPS_PROXY if this network needs a proxy.";
const causes = [
  [/ECONNREFUSED/, "the package registry refuses connections.", settings],
  [/E?TIMEDOUT|SOCKET_TIMEOUT|EIDLETIMEOUT/, "the package registry does not answer.", settings],
  [/EAI_AGAIN|ENOTFOUND/, "the name of the package registry is not known here.", settings],
  [
    /ECONNRESET|EPIPE|socket hang up/i,
    "the connection to the package registry broke off.",
    settings,
  ],
  [/EHOSTUNREACH|ENETUNREACH/, "there is no way to the package registry.", settings],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_(HAS_EXPIRED|UNTRUSTED)|ERR_TLS_CERT/,
    "the registry's certificate is not trusted, as behind a proxy that intercepts TLS.",
    "Name the CA of this network: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem",
  ],
  [
    /\bE?407\b/,
    "the proxy wants a name and a password.",
    "See HTTPS_PROXY: http://NAME:PASSWORD@HOST:PORT",
  ],
  [
    /\bE?40[13]\b/,
    "the package registry wants a login.",
    "Log in (`npm login`), or see `npm config get registry`.",
  ],
  [/\bE?429\b/, "the package registry has had too many requests from here.", "Wait some minutes."],
  [/\bE?404\b|ETARGET/, "the package registry does not have a package that is needed.", settings],
  [/ENOSPC|EDQUOT/, "the disk is full.", "Make room and run this again."],
  [
    /EACCES|EPERM|EROFS/,
    "files may not be written there.",
    "Is this clone, and ~/.npm, your own? Then run this again.",
  ],
  [
    /EINTEGRITY/,
    "a package is not what package-lock.json says it is.",
    "Is there a proxy that changes what it passes? `npm cache verify`",
  ],
];

/** One sentence for the causes that are known, and what to do; else the end of what npm said. */
export function npmFailure({ failed, said }) {
  const known = causes.find(([pattern]) => pattern.test(said));
  if (!known) return [failed, ...said.split("\n").slice(-15)].filter(Boolean).join("\n");
  const [pattern, sentence, mend] = known;
  const line = said.split("\n").find((text) => pattern.test(text)) || "";
  return `${sentence}\n${mend}\nnpm's own words: ${line
    .replace(/^npm (error|ERR!) /, "")
    .trim()
    .slice(0, 300)}`;
}

/** Runs npm, the one that runs us if any; fails with exit code 69 and the cause in a sentence. */
export async function npm(args, cwd, limit) {
  const cli = process.env.npm_execpath;
  const [command, first] = cli && cli.endsWith(".js") ? [process.execPath, [cli]] : ["npm", []];
  const done = await work(command, [...first, ...args], cwd, npmSettings(process.env), limit);
  if (!done.failed) return;
  const message = `npm ${args[0]} failed: ${npmFailure(done)}`;
  throw Object.assign(new Error(message), { exitCode: 69 });
}
