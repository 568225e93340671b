import os
import sys
import traceback
import zlib

import boto
from boto.s3.connection import OrdinaryCallingFormat
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from archive.models import LogFile
from archive.report import say

GZIP = 16 + zlib.MAX_WBITS
WORKERS = 2


class Command(BaseCommand):
    help = 'Stores the text of every zipped log in the bucket that is new or has changed.'

    def handle(self, *args, **options):
        # No request ever ends in a command, so nothing would ever drop the queries of a debug run.
        settings.DEBUG = False
        for connection in connections.all():
            connection.close()
        helpers = [self.start(turn) for turn in range(1, WORKERS)]
        number = self.share(0)
        failed = [pid for pid in helpers if os.waitpid(pid, 0)[1] != 0]
        if failed:
            raise CommandError('%d of %d workers failed.' % (len(failed), WORKERS))
        say(done=number)

    def start(self, turn):
        """A process of its own for the keys of that turn."""
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            self.share(turn)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def share(self, turn):
        connection = boto.connect_s3(is_secure=False, calling_format=OrdinaryCallingFormat())
        number = 0
        for number, key in enumerate(connection.get_bucket('logs').list(), 1):
            if number % WORKERS == turn:
                say(key=number, name=key.name)
                self.store(key)
        return number

    def store(self, key):
        row = LogFile.outdated(key.name, key.etag)
        if row is None:
            return
        zipped = key.get_contents_as_string()
        row.text = zlib.decompress(zipped, GZIP).decode('utf-8')
        row.etag = key.etag
        row.save()
