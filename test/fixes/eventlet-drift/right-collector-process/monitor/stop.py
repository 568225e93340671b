"""stop.py HOST NAME: stops an application on its host over SSH. Ends with the exit code of the stop."""
import logging
import os
import sys

import paramiko

POLL_TIMEOUT = float(os.environ.get("POLL_TIMEOUT", "10"))


def main(host, name):
    logging.basicConfig(level=logging.WARNING)
    client = paramiko.SSHClient()
    client.load_host_keys("/keys/known_hosts")
    try:
        client.connect(host, port=2222, username="app", key_filename="/keys/monitor",
                       allow_agent=False, look_for_keys=False, timeout=POLL_TIMEOUT)
        _, out, _ = client.exec_command("/opt/host/emergency-stop " + name)
        return out.channel.recv_exit_status()
    finally:
        client.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
