"""The monitoring platform: who is up, how it is configured, and the emergency stop.

This process serves the page. collector.py looks at the fleet and stop.py stops an application:
processes of their own, with the system's sockets, as eventlet's lookups are not to be trusted.

`monitor` serves the page and collects; `monitor --once` collects one time and ends, leaving
what it knows for the next release. Runs under Python 2.7 and 3.
"""
import eventlet

eventlet.monkey_patch()

import json
import logging
import os
import subprocess
import sys
import time

import flask
import yaml
from eventlet import semaphore, wsgi

HERE = os.path.dirname(os.path.abspath(__file__))
COLLECTED = "/tmp/collected.json"  # collector.py replaces it each time
LOOK_INTERVAL = 0.1
KNOWN = "/known/applications.yml"

log = logging.getLogger("monitor")
site = flask.Flask(__name__)
applications = {}
stops = semaphore.Semaphore(4)
readiness = {"started": time.time(), "ready": None, "eventlet": eventlet.__version__}


def main():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("wsgi").setLevel(logging.WARNING)
    if "--once" in sys.argv:
        return os.execv(sys.executable, [sys.executable, HERE + "/collector.py", "--once"])
    recall()
    eventlet.spawn(collect)
    log.info("serving the page, eventlet %s", eventlet.__version__)
    wsgi.server(eventlet.listen(("0.0.0.0", 8080)), site, log=logging.getLogger("wsgi"))


def collect():
    """Keeps one collector running, and takes what it has found."""
    if os.path.exists(COLLECTED):
        os.remove(COLLECTED)
    collector, seen = None, None
    while True:
        if collector is None or collector.poll() is not None:
            if collector is not None:
                log.error("the collector ended with %s", collector.returncode)
                eventlet.sleep(1)
            collector = subprocess.Popen([sys.executable, HERE + "/collector.py"])
        try:
            now = os.stat(COLLECTED)
            if (now.st_ino, now.st_mtime) != seen:
                seen = now.st_ino, now.st_mtime
                take()
        except OSError:
            pass  # nothing yet
        eventlet.sleep(LOOK_INTERVAL)


def take():
    with open(COLLECTED) as collected:
        found = json.load(collected)
    for name, told in found.items():
        if applications.get(name, {}).get("state") != told["state"]:
            log.info("%s is now %s", name, told["state"])
    applications.clear()
    applications.update(found)
    if readiness["ready"] is None:
        readiness["ready"] = time.time()
        log.info("ready after %.2f s", readiness["ready"] - readiness["started"])


def recall():
    """What the release before this one knew: the page shows it until something newer comes."""
    if os.path.exists(KNOWN):
        with open(KNOWN) as known:
            applications.update(yaml.safe_load(known))


@site.route("/")
def page():
    return flask.render_template("page.html", applications=applications, **readiness)


@site.route("/status")
def status():
    return flask.jsonify(applications=applications, **readiness)


@site.route("/emergency-stop/<name>", methods=["POST"])
def emergency_stop(name):
    """Stops the application on its host over SSH. Answers when it is done."""
    host = applications[name]["host"]
    log.info("emergency stop of %s on %s", name, host)
    with stops:
        code = subprocess.Popen([sys.executable, HERE + "/stop.py", host, name]).wait()
    log.info("emergency stop of %s: exit code %d", name, code)
    return flask.jsonify(stopped=code == 0), 200 if code == 0 else 502


if __name__ == "__main__":
    main()
