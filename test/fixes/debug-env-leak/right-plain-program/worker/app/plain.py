#!/usr/bin/python2.7
"""The worker's jobs without Django, which has no part in them but to remember every query.

plain.py import_logs        stores the text of every zipped log that is new or has changed
plain.py bare_loop CALLS    the import with all but its first query taken out
"""
import json
import os
import sys
import zlib

import boto
from boto.s3.connection import OrdinaryCallingFormat
import psycopg2
import psycopg2.extensions

GZIP = 16 + zlib.MAX_WBITS
FIND = 'SELECT id, etag FROM archive_logfile WHERE name = %s'
CREATE = """INSERT INTO archive_logfile (name, etag, text) VALUES (%s, '', '')
    ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id, etag"""
FILL = 'UPDATE archive_logfile SET etag = %s, text = %s WHERE id = %s'

psycopg2.extensions.register_type(psycopg2.extensions.UNICODE)


def main(job, *args):
    database = psycopg2.connect(
        host=os.environ['DATABASE_HOST'],
        dbname=os.environ['DATABASE_NAME'],
        user=os.environ['DATABASE_USER'],
    )
    database.set_client_encoding('UTF8')
    database.autocommit = True
    {'import_logs': import_logs, 'bare_loop': bare_loop}[job](database.cursor(), *args)


def import_logs(cursor):
    connection = boto.connect_s3(is_secure=False, calling_format=OrdinaryCallingFormat())
    number = 0
    for number, key in enumerate(connection.get_bucket('logs').list(), 1):
        say(key=number, name=key.name)
        row = outdated(cursor, key.name, key.etag)
        if row is not None:
            text = zlib.decompress(key.get_contents_as_string(), GZIP).decode('utf-8')
            cursor.execute(FILL, [key.etag, text, row])
    say(done=number)


def bare_loop(cursor, calls):
    for number in xrange(1, int(calls) + 1):
        outdated(cursor, str(number), str(number))
    say(done=int(calls))


def outdated(cursor, name, etag):
    """The id of the row to fill if the object is new or has changed, else None."""
    cursor.execute(FIND, [name])
    found = cursor.fetchone()
    if found is None:
        cursor.execute(CREATE, [name])
        found = cursor.fetchone()
    return found[0] if found[1] != etag else None


def say(**words):
    sys.stdout.write(json.dumps(words, sort_keys=True) + '\n')
    sys.stdout.flush()


if __name__ == '__main__':
    main(*[word for word in sys.argv[1:] if not word.startswith('-')])
