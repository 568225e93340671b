import zlib

from django.conf.urls import url
from django.http import HttpResponse

from archive.models import LogFile

GZIP = 16 + zlib.MAX_WBITS


def store(request):
    """Stores the key that came with the request, if it is new or has changed."""
    key = request.META['archive.key']
    row = LogFile.outdated(key.name, key.etag)
    if row is not None:
        row.text = zlib.decompress(key.get_contents_as_string(), GZIP).decode('utf-8')
        row.etag = key.etag
        row.save()
    return HttpResponse(status=204)


def ask(request, call):
    """The bare loop's call."""
    LogFile.outdated(call, call)
    return HttpResponse(status=204)


urlpatterns = [url(r'^store$', store), url(r'^ask/(\d+)$', ask)]
