"""Browsers, as far as the story needs them: they follow redirects, and keep cookies.

Every name they are asked for leads to the balancer.
"""
import html
import http.client
import re
import socket
import time
from urllib.parse import urlencode, urljoin, urlsplit

PATIENCE_S = 20
PATIENCE_OF_ALL_S = 40  # waited for nothing but errors: then nobody asks any more
REDIRECTS = 20


class Page:
    """What is shown in the end; without an answer an empty page of status 0."""

    def __init__(self, url, status=0, headers=None, text=""):
        self.url, self.status, self.headers, self.text = url, status, headers or {}, text

    def form(self, word):
        """The first form in which that word stands: what its button sends, and where to."""
        for form, inside in re.findall(r"(?is)<form\b([^>]*)>(.*?)</form>", self.text):
            if word not in (form + inside).lower():
                continue
            told = attributes(form)
            fields = [attributes(tag) for tag in re.findall(r"(?is)<(?:input|button)\b([^>]*)>", inside)]
            return {
                "method": told.get("method", "get").upper(),
                "action": urljoin(self.url, told.get("action", "")),
                "fields": {field["name"]: field.get("value", "") for field in fields if "name" in field},
                "times": int(told.get("data-times", 1)),
            }


class Browsers:
    """One for each user; they share their connections, as they are used in turn."""

    def __init__(self, address):
        self.address = address
        self.cookies = {}  # by user, host and name
        self.connections = {}  # by port
        self.lost_s = 0

    def open(self, user, method, url, fields=None):
        """A request, and those it is sent on to, each method as browsers do it."""
        body = urlencode(fields or {}) if method == "POST" else None
        if fields and method == "GET":
            url = urljoin(url, "?" + urlencode(fields))
        for _ in range(REDIRECTS):
            page = self.ask(user, method, url, body)
            to = page.headers.get("Location")
            if page.status not in (301, 302, 303, 307, 308) or to is None:
                break
            url = urljoin(url, to)
            if page.status == 303 or page.status in (301, 302) and method == "POST":
                method, body = "GET", None
        return page

    def ask(self, user, method, url, body):
        """Host names are written in lower case, and paths left as they are."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        jar = self.cookies.setdefault(user, {}).setdefault(parts.hostname, {})
        headers = {"Host": parts.netloc.lower()}
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        answer = self.answer(parts.port or 8080, method, path, body, headers)
        if answer is None or answer.status >= 500:
            self.lost_s += time.monotonic() - began
        if answer is None:
            return Page(url)
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            jar[name.strip()] = value.strip()
        return Page(url, answer.status, answer.headers, answer.text)

    def answer(self, port, *request):
        """Asked once more where a connection that was kept turns out to be closed."""
        if port not in self.connections:
            new = http.client.HTTPConnection(self.address, port, timeout=PATIENCE_S)
            self.connections[port] = new
        connection = self.connections[port]
        for _ in range(2 if self.lost_s < PATIENCE_OF_ALL_S else 0):
            try:
                connection.request(*request)
                answer = connection.getresponse()
                answer.text = answer.read().decode(errors="replace")
                return answer
            except socket.timeout:
                connection.close()
                return None
            except (OSError, http.client.HTTPException):
                connection.close()


def attributes(tag):
    found = re.findall(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", tag)
    return {name.lower(): html.unescape("".join(values)) for name, *values in found}
