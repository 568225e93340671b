"""An application: takes connections, and goes when it is told to."""
import socketserver
import sys

socketserver.TCPServer.allow_reuse_address = True
application = socketserver.TCPServer(("0.0.0.0", int(sys.argv[1])), socketserver.BaseRequestHandler)
print("listening", flush=True)
application.serve_forever()
