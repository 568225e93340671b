import zlib

import boto
from boto.s3.connection import OrdinaryCallingFormat
from django.core.management.base import BaseCommand
from django.db import connection as database

from archive.report import say

GZIP = 16 + zlib.MAX_WBITS
UPSERT = """INSERT INTO archive_logfile (name, etag, text) VALUES (%s, %s, %s)
    ON CONFLICT (name) DO UPDATE SET etag = excluded.etag, text = excluded.text"""


class Command(BaseCommand):
    help = 'Stores the text of every zipped log in the bucket that is new or has changed.'

    def handle(self, *args, **options):
        database.ensure_connection()
        connection = boto.connect_s3(is_secure=False, calling_format=OrdinaryCallingFormat())
        for number, key in enumerate(connection.get_bucket('logs').list(), 1):
            say(key=number, name=key.name)
            self.store(key)
        say(done=number)

    def store(self, key):
        text = zlib.decompress(key.get_contents_as_string(), GZIP).decode('utf-8')
        # psycopg2's own cursor: nothing of Django's stands between, so nothing is gathered.
        with database.connection.cursor() as cursor:
            cursor.execute(UPSERT, [key.name, key.etag, text])
