"""Python reads this at each start of ours (PYTHONPATH in the crontab), before the program.

Every request that names no timeout of its own gets one, and a management command that must not
run twice holds a name that only one process of this machine can have.
"""
import os
import socket

ONCE = {"fetch_rates"}

with open("/proc/self/cmdline", "rb") as file:
    words = {word.decode(errors="replace") for word in file.read().split(b"\0")}

for word in ONCE & words:
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind("\0site." + word)  # abstract: the kernel frees it with the process, however it ends
    except OSError:
        os._exit(0)  # another run is at work

    from requests.adapters import HTTPAdapter

    def send(self, request, *rest, _send=HTTPAdapter.send, **how):
        if how.get("timeout") is None:
            how["timeout"] = (1, 2)
        return _send(self, request, *rest, **how)

    HTTPAdapter.send = send
