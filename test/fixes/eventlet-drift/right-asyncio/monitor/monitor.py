"""The monitoring platform: who is up, how it is configured, and the emergency stop.

`monitor` serves the page and collects; `monitor --once` collects one time and ends, leaving
what it knows for the next release. Python 3.9 and what the distribution has; no eventlet.
"""
import asyncio
import json
import logging
import os
import sys
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import jinja2
import yaml

CONFIG_URL = os.environ.get("CONFIG_URL", "http://config:8080/applications")
POLL_INTERVAL = 0.5
POLL_TIMEOUT = float(os.environ.get("POLL_TIMEOUT", "10"))
WORKERS = int(os.environ.get("WORKERS", "4"))
STOPS = 4
KNOWN = "/known/applications.yml"
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
           500: "Internal Server Error", 502: "Bad Gateway"}

log = logging.getLogger("monitor")
templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")),
    autoescape=True)
applications = {}
readiness = {"started": time.time(), "ready": None, "eventlet": "none, asyncio"}


def main():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if "--once" in sys.argv:
        return take(fetch())
    recall()
    asyncio.run(serve())


async def serve():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(2 * WORKERS))  # lookups, and reading
    stops = asyncio.Semaphore(STOPS)
    server = await asyncio.start_server(lambda r, w: answer(r, w, stops), "0.0.0.0", 8080)
    log.info("serving the page")
    async with server:
        await asyncio.gather(server.serve_forever(), read_configuration(loop), watch_all())


async def read_configuration(loop):
    while True:
        try:
            take(await loop.run_in_executor(None, fetch))
        except Exception as problem:  # of urllib, of http.client, of yaml: the next round may be better
            log.error("configuration not read: %s", problem)
        await asyncio.sleep(POLL_INTERVAL)


def fetch():
    with urllib.request.urlopen(CONFIG_URL, timeout=POLL_TIMEOUT) as response:
        return yaml.safe_load(response.read().decode())


def take(configuration):
    for name, told in configuration.items():
        if applications.get(name, {}).get("state") != told["state"]:
            log.info("%s is now %s", name, told["state"])
        applications.setdefault(name, {}).update(told)
    remember()
    if readiness["ready"] is None:
        readiness["ready"] = time.time()
        log.info("ready after %.2f s", readiness["ready"] - readiness["started"])


async def watch_all():
    """One watcher for each application; new ones get theirs when they come."""
    watchers = {}
    while True:
        for name in applications:
            if name not in watchers:
                watchers[name] = asyncio.ensure_future(watch(name))
        await asyncio.sleep(POLL_INTERVAL)


async def watch(name):
    """Uptime: does the application take a connection?"""
    while True:
        told = applications[name]
        try:
            connecting = asyncio.open_connection(told["host"], told["port"])
            _, writer = await asyncio.wait_for(connecting, POLL_TIMEOUT)
            writer.close()
            told["up"] = True
        except (OSError, asyncio.TimeoutError):
            told["up"] = False
        await asyncio.sleep(POLL_INTERVAL)


def recall():
    """What the release before this one knew: the page shows it until something newer comes."""
    if os.path.exists(KNOWN):
        with open(KNOWN) as known:
            applications.update(yaml.safe_load(known))


def remember():
    with open(KNOWN + ".new", "w") as known:
        yaml.safe_dump(applications, known)
    os.rename(KNOWN + ".new", KNOWN)


async def emergency_stop(name):
    """Stops the application on its host over SSH. Comes back when it is done."""
    host = applications[name]["host"]
    log.info("emergency stop of %s on %s", name, host)
    ssh = await asyncio.create_subprocess_exec(
        "ssh", "-F", "none", "-p", "2222", "-i", "/keys/monitor", "-o", "BatchMode=yes",
        "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes",
        "-o", "UserKnownHostsFile=/keys/known_hosts", "-o", "GlobalKnownHostsFile=none",
        "-o", "ConnectTimeout=%d" % max(1, POLL_TIMEOUT), "-o", "LogLevel=ERROR",
        "app@" + host, "/opt/host/emergency-stop " + name, stdin=asyncio.subprocess.DEVNULL)
    code = await ssh.wait()
    log.info("emergency stop of %s: exit code %d", name, code)
    return (200 if code == 0 else 502), {"stopped": code == 0}


async def answer(reader, writer, stops):
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        try:
            code, body = await route(method, urllib.parse.unquote(path.split("?", 1)[0]), stops)
        except Exception:
            log.exception("%s %s", method, path)
            code, body = 500, {"error": "internal"}
        kind = "text/html; charset=utf-8" if isinstance(body, str) else "application/json"
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        writer.write(("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                      "Connection: close\r\n\r\n" % (code, REASONS[code], kind, len(data))).encode())
        if method != "HEAD":
            writer.write(data)
        await writer.drain()
    except (OSError, ValueError, EOFError, asyncio.LimitOverrunError, asyncio.TimeoutError):
        pass  # the other side is gone, or speaks no HTTP
    finally:
        writer.close()


async def route(method, path, stops):
    if path.startswith("/emergency-stop/"):
        name = path[len("/emergency-stop/"):]
        if name not in applications:
            return 404, {"error": "no such application"}
        if method != "POST":
            return 405, {"error": "POST it"}
        async with stops:
            return await emergency_stop(name)
    if method not in ("GET", "HEAD"):
        return 405, {"error": "GET it"}
    if path == "/":
        return 200, templates.get_template("page.html").render(applications=applications, **readiness)
    if path == "/status":
        return 200, dict(readiness, applications=applications)
    return 404, {"error": "no such page"}


if __name__ == "__main__":
    main()
