import zlib

import boto
from boto.s3.connection import OrdinaryCallingFormat
from django.core.management.base import BaseCommand

from archive.batches import in_children
from archive.models import LogFile
from archive.report import say

GZIP = 16 + zlib.MAX_WBITS
BATCH = 25


def logs(validate=True):
    connection = boto.connect_s3(is_secure=False, calling_format=OrdinaryCallingFormat())
    return connection.get_bucket('logs', validate=validate)


class Command(BaseCommand):
    help = 'Stores the text of every zipped log in the bucket that is new or has changed.'

    def handle(self, *args, **options):
        say(done=in_children(self.store_all, enumerate(logs().list(), 1), BATCH))

    def store_all(self, numbered):
        # In a child: its own connection to S3, not the one that the parent lists with.
        bucket = logs(validate=False)
        for number, key in numbered:
            say(key=number, name=key.name)
            key.bucket = bucket
            self.store(key)

    def store(self, key):
        row = LogFile.outdated(key.name, key.etag)
        if row is None:
            return
        zipped = key.get_contents_as_string()
        row.text = zlib.decompress(zipped, GZIP).decode('utf-8')
        row.etag = key.etag
        row.save()
