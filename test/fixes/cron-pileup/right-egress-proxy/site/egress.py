"""A forward proxy for plain HTTP GETs that waits for nobody longer than DEADLINE seconds in all."""
import asyncio
import sys
from urllib.parse import urlsplit

DEADLINE = 2.5


def refusal(status):
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


async def ask(url):
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        writer.write(f"GET {path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode())
        return await reader.read()
    finally:
        writer.transport.abort()  # also when the deadline cancels us


async def serve(reader, writer):
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), DEADLINE)
        method, url, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
        if method != "GET":
            answer = refusal("405 Method Not Allowed")
        else:
            answer = await asyncio.wait_for(ask(url), DEADLINE)
    except asyncio.TimeoutError:
        answer = refusal("504 Gateway Timeout")
    except (OSError, ValueError, asyncio.IncompleteReadError) as error:
        print(f"egress: {error!r}", file=sys.stderr, flush=True)
        answer = refusal("502 Bad Gateway")
    writer.write(answer)
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 3128)
    async with server:
        await server.serve_forever()


asyncio.run(main())
