import { EnvironmentError, ScenarioError } from "../errors.ts";
/** Why a build or a pull failed, in a sentence, and a way out. */
export interface Cause {
  readonly why: string;
  readonly hint: string;
}

const outOfReach =
  "Builds need the registries of the packages that they install, and image registries for other bases.\nBehind a proxy: export HTTPS_PROXY (and NO_PROXY). Then run it again: what was built is kept.";

/** The first line that fits decides: those that name a cause come before those that many have. */
const causes: readonly (Cause & { readonly words: RegExp })[] = [
  {
    words:
      /dial unix|docker API at|permission denied[^\n]*docker\.sock|cannot connect to the docker daemon|is the docker daemon running/i,
    why: "the engine can't be reached any more",
    hint: "See that it still runs; `aftershock doctor` looks.",
  },
  {
    words: /toomanyrequests|too many requests|\b429\b|pull rate limit/i,
    why: "the registry refuses more pulls for now (429)",
    hint: "Log in, which allows more, and pull it by hand: docker login && docker pull IMAGE. It is then used.\nOr wait, or bring it here by `docker load`.",
  },
  {
    words: /no space left on device|disk quota exceeded/i,
    why: "the disk of the engine is full",
    hint: "Make room: `docker system df` shows what takes it, `docker builder prune` frees old build steps.",
  },
  {
    words: /is not valid yet|current time \S+ is before|CERT_NOT_YET_VALID/i,
    why: "something is signed for a later time than this machine's clock shows",
    hint: "Set the clock: `date` shows it; `timedatectl set-ntp true` keeps it right.",
  },
  {
    words: /error getting credentials|docker-credential-\S+[^\n]*(?:not found|no such file)/i,
    why: "the docker CLI's settings name a credential helper that is not here",
    hint: "Install it, or take credsStore and credHelpers out of ~/.docker/config.json.",
  },
  {
    words: /\b407\b|proxy authentication required/i,
    why: "the proxy wants a name and a password",
    hint: "For builds: export HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT\nPulls go by the engine's own proxy (Docker Desktop: Settings, Resources, Proxies; else daemon.json).",
  },
  {
    words: /server gave HTTP response to HTTPS client/i,
    why: "the registry speaks no TLS, and the engine wants it to",
    hint: "Name it in the engine's daemon.json under insecure-registries, if you trust the network to it.",
  },
  {
    words:
      /x509|certificate (?:verify failed|signed by unknown|has expired|is not trusted)|certificate verification failed|SSL certificate problem|self[- ]signed certificate/i,
    why: "a certificate is not trusted",
    hint: "Where a proxy intercepts TLS, name its CA: export SSL_CERT_FILE=/path/to/ca.pem for the builds.\nFor pulls the engine itself must trust it (/etc/docker/certs.d, or the system's own store).",
  },
  {
    words:
      /client version \S+ is too (?:old|new)|(?:minimum|maximum) supported (?:client )?API version/i,
    why: "Docker Compose and the Docker Engine don't speak the same API version",
    hint: "Bring Compose up to date (the package docker-compose-plugin), or unset DOCKER_API_VERSION.",
  },
  {
    words:
      /requires buildx|buildx\S* (?:plugin|component) is (?:missing|required)|buildx .*or later/i,
    why: "Docker Compose wants a newer buildx",
    hint: "Bring buildx up to date: the package docker-buildx-plugin (Docker's), or docker-buildx.",
  },
  {
    words:
      /BuildKit is (?:enabled but|disabled)|requires? BuildKit|--mount option requires BuildKit|the classic builder doesn't support|legacy builder/i,
    why: "the image needs BuildKit, and it is missing or switched off",
    hint: "Install the package docker-buildx-plugin (Docker's) or docker-buildx, and unset DOCKER_BUILDKIT.",
  },
  {
    words:
      /unknown (?:flag|shorthand flag)[^\n]*(?:progress|file|project)|unknown docker command|is not a docker command/i,
    why: "this Docker Compose is too old",
    hint: "Bring it up to date: the package docker-compose-plugin (Docker's), docker-compose-v2 or docker-compose.",
  },
  {
    words:
      /snap-confine|\/snap\/|requires the 'home' interface|(?:open|lstat|stat|path) \S*\/\.cache\/\S*[^\n]*(?:permission denied|no such file|not found)/i,
    why: "Docker from a snap can't read hidden folders",
    hint: "Let the lab's cache lie in one that is not hidden: export XDG_CACHE_HOME=$HOME/aftershock-cache",
  },
  {
    words:
      /no match(?:ing)? (?:for platform|manifest for)|no matching manifest|does not match the (?:specified|detected host) platform|exec format error/i,
    why: "there is no such image for this machine's kind of processor",
    hint: "Build on one that the image is made for, or stand on an image that is made for several.",
  },
  {
    words: /Release file [^\n]*expired|does not have a Release file|404 +Not Found/i,
    why: "a package mirror doesn't have it (any more)",
    hint: "Name an archive that has the release: export AFTERSHOCK_DEBIAN_MIRROR=http://HOST/debian",
  },
  {
    words:
      /pull access denied|repository does not exist|manifest (?:for \S+ )?(?:unknown|not found)|failed to resolve source metadata[^\n]*not found|unauthorized|denied: /i,
    why: "the registry doesn't have that image, or doesn't show it to you",
    hint: "Look at the name; for a private one: docker login.",
  },
  {
    words:
      /no such host|could not resolve|name resolution|temporary failure resolving|name or service not known|server misbehaving|network is unreachable|no route to host|connection refused|connection reset|connection timed out|could not connect|i\/o timeout|timeout exceeded|timed out|Client\.Timeout|deadline exceeded|proxyconnect|TLS handshake|unable to connect|ECONNREFUSED|ENOTFOUND|unexpected EOF/i,
    why: "a registry or a mirror is out of reach",
    hint: outOfReach,
  },
  {
    words: /hash(?:es)? mismatch|do not match the hashes|checksum did NOT match|checksum mismatch/i,
    why: "something that was fetched is not what was pinned",
    hint: "Never go on with it as it is: compare the lock file with what the registry has.",
  },
  {
    words: /out of memory|cannot allocate memory|signal: killed|exit code: 137/i,
    why: "the build ran out of memory",
    hint: "Close what uses memory, or give the engine more (Docker Desktop: Settings, Resources).",
  },
];

/** The cause that a builder's or registry's words tell; undefined where they tell none. */
export function causeOf(words: string): Cause | undefined {
  return causes.find((cause) => cause.words.test(words));
}

/** For a build step that failed by itself: nothing of the machine. */
export const ownFault =
  "The words above are the build's own. Where it is the scenario's: mend its Dockerfile and run it again.";

/** Whether an image could not be built for what it is itself, not for the machine or the network. */
export function isOwnFault(error: unknown): boolean {
  return (
    (error instanceof EnvironmentError && error.hint === ownFault) || error instanceof ScenarioError
  );
}
