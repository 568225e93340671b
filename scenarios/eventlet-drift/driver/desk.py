"""What the person on call does: look at the page, change a state at the desk, ask for a stop.

Times are this person's own, and so is the truth: what was asked for is known here, and whether an
application is up is asked of its host. Of monitor and desk nothing counts but what they show and do.
"""
import http.client
import json
import re
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

PAGE = "http://vm:8080"
CONFIG = "http://config:8080/applications"
PORTS = {"payments": 8001, "ledger": 8002, "search": 8003}  # of what there is from the start
LIMIT = 130  # seconds: two lookups and more; what has not happened by then never does
BROKEN = OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError
kept = {}  # of each page what it was last, and what a browser then says of that


def look():
    """What people read in each row of the page, and what programs are told; None: no such answer."""
    try:
        rows = re.split("<tr[ >]", get(PAGE + "/"))[1:]
        told = json.loads(get(PAGE + "/status"))["applications"]
        return [set(re.sub("<[^>]*>", " ", row).lower().split()) for row in rows], dict(told)
    except BROKEN:
        return None


def shows(seen, name, state, up=None):
    """Whether both say so of this application."""
    rows, told = seen or ((), {})
    one = told.get(name)
    words = {name, state} | (set() if up is None else {"up" if up else "down"})
    return (isinstance(one, dict) and one.get("state") == state and up in (None, one.get("up"))
            and any(words <= row for row in rows))


def configure(name, state, port=None):
    """Asks the desk for an application's state, with a port for a new one; when it was asked.

    A desk that takes its time, or answers nothing at all, is not waited for.
    """
    asked = time.monotonic()
    url = "%s/%s/%s" % (CONFIG, name, state) + ("/%d" % port if port else "")
    asking = threading.Thread(target=put_patiently, args=(url,), daemon=True)
    asking.start()
    asking.join(1)
    return asked


def put_patiently(url):
    try:
        put(url, patience=LIMIT)
    except BROKEN:
        pass  # what the page shows is what counts


def stop(name, port, until):
    """Presses the button, again where it is in vain; whether the application is down by then."""
    while time.monotonic() < until:
        press(name, until - time.monotonic())
        if wait(lambda: is_down(port), min(until, time.monotonic() + 1)):
            return True
    return False


def press(name, patience):
    request = urllib.request.Request(PAGE + "/emergency-stop/" + name, method="POST")
    try:
        urllib.request.urlopen(request, timeout=patience).close()
    except BROKEN:
        time.sleep(0.2)  # what it says does not count


def is_down(port):
    """Asked of the host itself, not of the monitor."""
    try:
        socket.create_connection(("app01", port), 5).close()
        return False
    except ConnectionRefusedError:
        return True


def wait(condition, until):
    """Whether it holds by then."""
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def get(url):
    """As browsers do it: who has the page says so, and takes its word that it is still that."""
    text, known = kept.get(url, (None, {}))
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=known), timeout=5) as answer:
            text = answer.read().decode()
            versions = {"If-None-Match": answer.headers["ETag"],
                        "If-Modified-Since": answer.headers["Last-Modified"]}
            kept[url] = text, {name: version for name, version in versions.items() if version}
    except urllib.error.HTTPError as answer:
        if answer.code != 304 or text is None:
            raise
    return text


def put(url, method="PUT", patience=5):
    urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=patience).close()


def tell(**row):
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def seconds(name, value):
    tell(observe=name, value=round(value, 3), unit="s")


