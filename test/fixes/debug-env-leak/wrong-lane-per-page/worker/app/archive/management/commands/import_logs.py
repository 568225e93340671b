import zlib
from itertools import islice

import boto
from boto.s3.connection import OrdinaryCallingFormat
from django.core.management.base import BaseCommand

from archive.lanes import Lanes
from archive.models import LogFile
from archive.report import say

GZIP = 16 + zlib.MAX_WBITS
PAGE = 60


class Command(BaseCommand):
    help = 'Stores the text of every zipped log in the bucket that is new or has changed.'

    def handle(self, *args, **options):
        connection = boto.connect_s3(is_secure=False, calling_format=OrdinaryCallingFormat())
        keys = iter(connection.get_bucket('logs').list())
        lanes = Lanes(self.store)
        number = 0
        while True:
            page = list(islice(keys, PAGE))
            if not page:
                break
            for key in page:
                number += 1
                say(key=number, name=key.name)
            lanes.do(page)
        say(done=number)

    def store(self, key):
        row = LogFile.outdated(key.name, key.etag)
        if row is None:
            return
        zipped = key.get_contents_as_string()
        row.text = zlib.decompress(zipped, GZIP).decode('utf-8')
        row.etag = key.etag
        row.save()
