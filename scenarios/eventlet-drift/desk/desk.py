"""What the person at the desk does: look at the page, change a state, ask for a stop."""
import json
import socket
import time
import urllib.request

PAGE = "http://vm:8080"
LIMIT = 150  # seconds; what never happens counts as this long


def status():
    """The page's content, or None while nobody answers."""
    try:
        with urllib.request.urlopen(PAGE + "/status", timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return None


def shows(seen, name, state):
    return bool(seen) and seen["applications"].get(name, {}).get("state") == state


def set_state(name, state):
    url = "http://127.0.0.1:8080/applications/%s/%s" % (name, state)
    urllib.request.urlopen(urllib.request.Request(url, method="PUT"), timeout=5).close()


def emergency_stop(name, port):
    """Seconds until the application is down; LIMIT if the monitor could not do it."""
    began = time.monotonic()
    request = urllib.request.Request(PAGE + "/emergency-stop/" + name, method="POST")
    try:
        urllib.request.urlopen(request, timeout=LIMIT).close()
    except OSError:
        return LIMIT
    while not is_down(port):
        if time.monotonic() - began > LIMIT:
            return LIMIT
        time.sleep(0.02)
    return time.monotonic() - began


def is_down(port):
    """Asked of the host itself, not of the monitor."""
    try:
        socket.create_connection(("app01", port), 5).close()
        return False
    except ConnectionRefusedError:
        return True
