import json
import tempfile
import zlib


class Spool(object):
    """In place of a connection's list of queries: they are written out, zipped, and not kept."""

    def __init__(self):
        # The worker's root is read-only. The file has no name, so that nobody need tidy it up.
        self.file = tempfile.TemporaryFile(dir='/dev/shm')
        self.length = 0

    def append(self, query):
        self.file.write(zlib.compress(json.dumps(query), 1))
        self.file.flush()
        self.length += 1

    def __len__(self):
        return self.length
