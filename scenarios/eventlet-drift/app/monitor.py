"""The monitoring platform: who is up, how it is configured, and the emergency stop.

`monitor` serves the page and collects; `monitor --once` collects one time and ends, leaving
what it knows for the next release. Runs under Python 2.7 and 3.
"""
import eventlet

eventlet.monkey_patch()

import logging
import os
import socket
import sys
import time

import flask
import paramiko
import requests
import yaml
from eventlet import wsgi

CONFIG_URL = os.environ.get("CONFIG_URL", "http://config:8080/applications")
POLL_INTERVAL = 0.5
POLL_TIMEOUT = float(os.environ.get("POLL_TIMEOUT", "10"))
WORKERS = int(os.environ.get("WORKERS", "4"))
KNOWN = "/known/applications.yml"

log = logging.getLogger("monitor")
site = flask.Flask(__name__)
applications = {}
readiness = {"started": time.time(), "ready": None}


def main():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for chatty in "paramiko", "requests", "urllib3", "wsgi":
        logging.getLogger(chatty).setLevel(logging.WARNING)
    if "--once" in sys.argv:
        return read_configuration()
    recall()
    pool = eventlet.GreenPool(WORKERS)
    eventlet.spawn(collect, pool)
    log.info("serving the page")
    wsgi.server(eventlet.listen(("0.0.0.0", 8080)), site, log=logging.getLogger("wsgi"))


def collect(pool):
    while True:
        pool.spawn(read_configuration)
        for name in list(applications):
            pool.spawn(check, name)
        eventlet.sleep(POLL_INTERVAL)


def read_configuration():
    try:
        answer = requests.get(CONFIG_URL, timeout=POLL_TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as problem:
        if "--once" in sys.argv:
            raise
        return log.error("configuration not read: %s", problem)
    for name, told in yaml.safe_load(answer.text).items():
        if applications.get(name, {}).get("state") != told["state"]:
            log.info("%s is now %s", name, told["state"])
        applications.setdefault(name, {}).update(told)
    remember()
    if readiness["ready"] is None:
        readiness["ready"] = time.time()
        log.info("ready after %.2f s", readiness["ready"] - readiness["started"])


def check(name):
    """Uptime: does the application take a connection?"""
    told = applications[name]
    try:
        socket.create_connection((told["host"], told["port"]), POLL_TIMEOUT).close()
        told["up"] = True
    except (socket.error, socket.timeout):
        told["up"] = False


def recall():
    """What the release before this one knew: the page shows it until something newer comes."""
    if os.path.exists(KNOWN):
        with open(KNOWN) as known:
            applications.update(yaml.safe_load(known))


def remember():
    with open(KNOWN + ".new", "w") as known:
        yaml.safe_dump(applications, known)
    os.rename(KNOWN + ".new", KNOWN)


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
    client = paramiko.SSHClient()
    client.load_host_keys("/keys/known_hosts")
    try:
        client.connect(host, port=2222, username="app", key_filename="/keys/monitor",
                       allow_agent=False, look_for_keys=False, timeout=POLL_TIMEOUT)
        _, out, _ = client.exec_command("/opt/host/emergency-stop " + name)
        code = out.channel.recv_exit_status()
    finally:
        client.close()
    log.info("emergency stop of %s: exit code %d", name, code)
    return flask.jsonify(stopped=code == 0), 200 if code == 0 else 502


if __name__ == "__main__":
    main()
