bind = "127.0.0.1:8001"  # nginx.conf has port 8000
workers = 2
