"""Keeps the host's applications, for the desk: PUT /NAME/PORT starts one, DELETE /NAME kills it,
and DELETE /sessions cuts whatever SSH session is open, as a firewall or an update does.

Part of the lab: the monitor has to find out by itself, and stops applications over SSH.
"""
import contextlib
import http.server
import os
import signal
import subprocess
import sys


class Keeper(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        start(*self.path.split("/")[1:])
        self.done()

    def do_DELETE(self):
        if self.path == "/sessions":
            cut_sessions()
            return self.done()
        with contextlib.suppress(ProcessLookupError), open("/tmp%s.pid" % self.path) as pid:
            os.kill(int(pid.read()), signal.SIGKILL)
        self.done()

    def done(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def start(name, port):
    """Comes back when the application takes connections, which is when it says so."""
    app = subprocess.Popen([sys.executable, "/opt/host/application.py", port], stdout=subprocess.PIPE)
    app.stdout.readline()
    app.stdout.close()
    with open("/tmp/%s.pid" % name, "w") as pid:
        pid.write("%d\n" % app.pid)


def cut_sessions():
    """Those of the user app: so their processes are called."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open("/proc/%s/cmdline" % pid) as title:
            if title.read().startswith("sshd: app"):
                os.kill(int(pid), signal.SIGKILL)


signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who ends leaves nothing behind
for told in sys.argv[1:]:
    start(*told.split(":"))
http.server.HTTPServer(("0.0.0.0", 8000), Keeper).serve_forever()
