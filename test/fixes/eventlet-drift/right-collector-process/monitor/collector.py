"""Looks at the fleet, in threads and without eventlet: what the applications are, and who is up.

Leaves all of it in COLLECTED, for the page, and in KNOWN, for the next release. `--once`: once.
"""
import json
import logging
import os
import socket
import sys
import time
from multiprocessing.pool import ThreadPool

import requests
import yaml

CONFIG_URL = os.environ.get("CONFIG_URL", "http://config:8080/applications")
POLL_INTERVAL = 0.5
POLL_TIMEOUT = float(os.environ.get("POLL_TIMEOUT", "10"))
WORKERS = int(os.environ.get("WORKERS", "4"))
KNOWN = "/known/applications.yml"
COLLECTED = "/tmp/collected.json"

log = logging.getLogger("collector")
applications = {}


def main():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for chatty in "requests", "urllib3":
        logging.getLogger(chatty).setLevel(logging.WARNING)
    if "--once" in sys.argv:
        applications.update(configuration())
        return write(KNOWN, yaml.safe_dump(applications))
    pool = ThreadPool(WORKERS)  # for the checks alone: a dead host does not hold up a change
    running = {}
    ppid = os.getppid()
    while os.getppid() == ppid:
        try:
            for name, told in configuration().items():
                applications.setdefault(name, {"up": None}).update(told)
        except requests.RequestException as problem:
            log.error("configuration not read: %s", problem)
        for name in list(applications):
            if name not in running or running[name].ready():
                running[name] = pool.apply_async(check, (name,))
        for name in running:
            if applications[name]["up"] is None:
                running[name].wait(0.3)  # so that what is new does not stand there as down
        if applications:
            write(COLLECTED, json.dumps(applications))
            write(KNOWN, yaml.safe_dump(applications))
        time.sleep(POLL_INTERVAL)


def configuration():
    answer = requests.get(CONFIG_URL, timeout=POLL_TIMEOUT)
    answer.raise_for_status()
    return yaml.safe_load(answer.text)


def check(name):
    """Uptime: does the application take a connection?"""
    told = applications[name]
    try:
        socket.create_connection((told["host"], told["port"]), POLL_TIMEOUT).close()
        up = True
    except (socket.error, socket.timeout):
        up = False
    told["up"] = up


def write(path, text):
    with open(path + ".new", "w") as new:
        new.write(text)
    os.rename(path + ".new", path)


if __name__ == "__main__":
    main()
