#!/bin/sh
# uplink.sh LOCK PID PROGRAM: gives the network namespace of process PID a way out, through a
# stack in user space, as long as somebody holds LOCK. The pipe is what ends it: the first half
# waits until the lock is free, and its end, also by kill, is the second half's signal to go.
# The lock stays taken (descriptor 9) until both are gone, so a newcomer finds no dying stack.
main() {
  exec 9>>"$1"
  flock -x 9 | "$3" --configure --mtu=65520 --disable-host-loopback --exit-fd=0 --ready-fd=3 "$2" tap0
}

main "$@"
exit
