import json
import subprocess


class Shipper(object):
    """In place of a connection's list of queries: each goes to the log's own process."""

    def __init__(self):
        self.process = None

    def append(self, query):
        line = json.dumps(query) + '\n'
        try:
            self.send(line)
        except IOError:
            # The log must never stop the import: where its process is gone, it gets a new one.
            self.process.wait()
            self.process = None
            self.send(line)

    def send(self, line):
        if self.process is None:
            self.process = subprocess.Popen(
                ['/platform/querylog'], stdin=subprocess.PIPE, close_fds=True)
        self.process.stdin.write(line)

    def __len__(self):
        return 0
