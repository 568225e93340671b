"""PostgreSQL as Django has it, but a cursor is a cursor: with DEBUG on, too, no query is kept."""
from django.db.backends.postgresql_psycopg2 import base
from django.db.backends.utils import CursorWrapper


class DatabaseWrapper(base.DatabaseWrapper):

    def make_debug_cursor(self, cursor):
        return CursorWrapper(cursor, self)
