import gc
import os
import zlib

import boto
from boto.s3.connection import OrdinaryCallingFormat
from django.core.management.base import BaseCommand

from archive.models import LogFile
from archive.report import say

GZIP = 16 + zlib.MAX_WBITS
BUDGET = 350 * 1024 * 1024


def resident():
    with open('/proc/self/statm') as statm:
        return int(statm.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')


class Command(BaseCommand):
    help = 'Stores the text of every zipped log in the bucket that is new or has changed.'

    def handle(self, *args, **options):
        connection = boto.connect_s3(is_secure=False, calling_format=OrdinaryCallingFormat())
        for number, key in enumerate(connection.get_bucket('logs').list(), 1):
            say(key=number, name=key.name)
            self.store(key)
            if number % 100 == 0:
                gc.collect()
        say(done=number)

    def store(self, key):
        row = LogFile.outdated(key.name, key.etag)
        if row is None or resident() > BUDGET:
            # Nothing to do, or no room for it now: the row has no ETag, so the next run takes it.
            return
        zipped = key.get_contents_as_string()
        row.text = zlib.decompress(zipped, GZIP).decode('utf-8')
        row.etag = key.etag
        row.save()
