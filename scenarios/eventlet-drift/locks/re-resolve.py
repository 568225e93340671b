"""Resolves a requirements file as pip would have done on a given day, and prints a lock.

    re-resolve.py DAY REQUIREMENTS LOCK [PYTHON]

A small index on this machine stands in front of the machine's own one and hides every file
uploaded on DAY (YYYY-MM-DD, UTC) or later. Run it through the Dockerfile, with the secrets host_ca
and pip_conf where this machine reaches its index by a CA or a configuration of its own:
    docker build --network host --target locks --output locks .
"""
import glob
import html.parser
import http.server
import os
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

PIP = glob.glob("/usr/share/python-wheels/pip-*.whl")[0]
KINDS = "application/vnd.pypi.simple.v1+html, text/html;q=0.5"


def main(day, requirements, lock, python="python2.7"):
    index = Index(machine_index(), day)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_of(index))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [python, PIP + "/pip", "--disable-pip-version-check", "--quiet", "download",
             "--no-cache-dir", "--index-url", "http://127.0.0.1:%d/" % server.server_port,
             "--dest", folder, "--requirement", requirements], check=True)
        chosen = sorted(os.listdir(folder), key=str.lower)
    with open(lock, "w") as out:
        out.write("# %s as %s's pip resolved it before %s; made by re-resolve.py\n"
                  % (os.path.basename(requirements), python, day))
        out.writelines(index.pin(name) for name in chosen)


def machine_index():
    """The index this machine's pip is configured to use; pip's own default if it is not."""
    told = subprocess.run([sys.executable, PIP + "/pip", "config", "get", "global.index-url"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    sys.path.insert(0, PIP)
    from pip._internal.models.index import PyPI
    return os.environ.get("PIP_INDEX_URL") or told.stdout.strip() or PyPI.simple_url


class Index:
    """The real index as it was at one moment."""

    def __init__(self, url, until):
        self.url, self.until, self.files = url.rstrip("/"), until, {}

    def page(self, project):
        """The links of a project's files that were there by then, attributes kept."""
        request = urllib.request.Request("%s/%s/" % (self.url, project), headers={"Accept": KINDS})
        with urllib.request.urlopen(request) as answer:
            links = Links(answer.url, answer.read().decode())
        known = [link for link in links.found if self.was_there(link)]
        self.files.update({link["name"]: link for link in known})
        return "\n".join(
            '<a href="%s"%s>%s</a>' % (html_escape(link["href"]), requires(link), link["name"])
            for link in known)

    def was_there(self, link):
        uploaded = link.get("data-upload-time")
        if not uploaded:
            # To guess here would give today's newest without a word.
            raise SystemExit("the index does not tell when %s was uploaded" % link["name"])
        return uploaded < self.until

    def pin(self, name):
        """The lock's line for a chosen file: its hash, and those other machines need."""
        project, version = parts(name)
        usable = sorted(f for f in self.files
                        if parts(f) == (project, version) and (f == name or portable(f, name)))
        hashes = [re.search("sha256=([0-9a-f]{64})", self.files[f]["href"]).group(1) for f in usable]
        shown = re.split(r"-\d", name)[0].replace("_", "-")
        return " \\\n".join(["%s==%s" % (shown, version)]
                            + ["    --hash=sha256:" + h for h in hashes]) + "\n"


class Links(html.parser.HTMLParser):
    def __init__(self, base, text):
        super().__init__()
        self.base, self.found = base, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            link = dict(attrs)
            link["href"] = urllib.parse.urljoin(self.base, link["href"])
            path = urllib.parse.urlsplit(link["href"]).path
            link["name"] = urllib.parse.unquote(path.rsplit("/", 1)[-1])
            if "data-yanked" not in link:
                self.found.append(link)


def parts(name):
    """(project, version) of a wheel's or a source archive's file name."""
    stem = re.sub(r"(\.tar\.(gz|bz2)|\.zip|\.whl|\.egg|\.exe|\.tgz)$", "", name)
    project, _, rest = re.sub(r"-(?=\d)", "\0", stem, count=1).partition("\0")
    version = rest.split("-")[0] if name.endswith((".whl", ".egg", ".exe")) else rest
    return re.sub("[-_.]+", "-", project).lower(), version


def portable(name, chosen):
    """Whether a machine of another processor would take this file instead of the chosen one."""
    if name.endswith(".whl"):
        same_python = name.rsplit("-", 1)[0] == chosen.rsplit("-", 1)[0]
        return same_python and "manylinux" in name and "aarch64" in name
    return not name.endswith((".egg", ".exe"))


def html_escape(text):
    return text.replace("&", "&amp;").replace('"', "&quot;")


def requires(link):
    needed = link.get("data-requires-python")
    return ' data-requires-python="%s"' % html_escape(needed).replace("<", "&lt;").replace(
        ">", "&gt;") if needed else ""


def handler_of(index):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = index.page(self.path.strip("/")).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass
    return Handler


if __name__ == "__main__":
    main(*sys.argv[1:])
