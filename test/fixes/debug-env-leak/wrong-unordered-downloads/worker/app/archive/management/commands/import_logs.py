import zlib
from itertools import islice
from multiprocessing.pool import ThreadPool

import boto
from boto.s3.connection import OrdinaryCallingFormat
from django.core.management.base import BaseCommand

from archive.models import LogFile
from archive.report import say

GZIP = 16 + zlib.MAX_WBITS
BATCH = 32


def fetch(key):
    zipped = key.get_contents_as_string()
    return key.etag, zlib.decompress(zipped, GZIP).decode('utf-8')


class Command(BaseCommand):
    help = 'Stores the text of every zipped log in the bucket that is new or has changed.'

    def handle(self, *args, **options):
        connection = boto.connect_s3(is_secure=False, calling_format=OrdinaryCallingFormat())
        keys = iter(connection.get_bucket('logs').list())
        pool = ThreadPool(8)
        number = 0
        while True:
            batch = list(islice(keys, BATCH))
            if not batch:
                break
            for key in batch:
                number += 1
                say(key=number, name=key.name)
            self.store(batch, pool)
        pool.close()
        say(done=number)

    def store(self, batch, pool):
        # The database from this thread only; threads are for S3.
        rows = [(LogFile.outdated(key.name, key.etag), key) for key in batch]
        stale = [(row, key) for row, key in rows if row is not None]
        fetched = pool.imap_unordered(fetch, [key for _, key in stale])
        for (row, _), (etag, text) in zip(stale, fetched):
            row.etag, row.text = etag, text
            row.save()
