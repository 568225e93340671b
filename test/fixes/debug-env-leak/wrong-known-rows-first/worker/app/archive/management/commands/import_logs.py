import zlib

import boto
from boto.s3.connection import OrdinaryCallingFormat
from django.core.management.base import BaseCommand

from archive.models import LogFile
from archive.report import say

GZIP = 16 + zlib.MAX_WBITS


class Command(BaseCommand):
    help = 'Stores the text of every zipped log in the bucket that is new or has changed.'

    def handle(self, *args, **options):
        # get_or_create for each key costs up to two queries; this is one for all of them.
        self.known = dict((row.name, row) for row in LogFile.objects.all())
        connection = boto.connect_s3(is_secure=False, calling_format=OrdinaryCallingFormat())
        for number, key in enumerate(connection.get_bucket('logs').list(), 1):
            say(key=number, name=key.name)
            self.store(key)
        say(done=number)

    def store(self, key):
        row = self.known.pop(key.name, None) or LogFile(name=key.name)
        if row.etag == key.etag:
            return
        zipped = key.get_contents_as_string()
        row.text = zlib.decompress(zipped, GZIP).decode('utf-8')
        row.etag = key.etag
        row.save()
