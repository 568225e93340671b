"""Keeps the host's applications, for the desk: PUT /NAME/PORT starts one, DELETE /NAME kills it.

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


signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who ends leaves nothing behind
for told in sys.argv[1:]:
    start(*told.split(":"))
http.server.HTTPServer(("0.0.0.0", 8000), Keeper).serve_forever()
