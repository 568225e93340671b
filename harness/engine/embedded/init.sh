#!/bin/sh
# init.sh STATE ROOT: process 1 of the engine's namespaces. It ends when nobody holds users.lock
# any more, and the kernel then removes every process, mount and link in here.
main() {
  state=$1 root=$2
  mount -t proc proc /proc
  own_run
  exec 9>>"$state/users.lock"
  trap 'exit 1' USR1
  libraries
  weigh
  # Setting `container` keeps AppArmor profiles out of the host's kernel, where they would stay.
  export container=aftershock HOME="$state" TMPDIR="$state/tmp"
  export PATH="$root/usr/sbin:$root/usr/bin:$PATH:/usr/sbin:/sbin"
  { containerd --config "$state/containerd.toml" 8>&- 9>&-; kill -USR1 1; } &
  until [ -S /run/containerd/containerd.sock ]; do sleep 0.01 & wait $!; done
  { dockerd --config-file "$state/daemon.json" 9>&-; kill -USR1 1; } &
  flock -x 9 &
  wait $!
  # Still holding the lock: whoever comes now waits, and then starts another engine.
  trap '' USR1
  kill -TERM "$(cat /run/docker.pid)" 2>/dev/null
  tries=50
  while [ -e /run/docker.pid ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.01; done
}

# The daemons and their children write to /run; what they leave there goes with the namespace.
own_run() {
  resolv=$(readlink -f /etc/resolv.conf)
  mount -t tmpfs -o mode=755 tmpfs /run
  [ -L /var/run ] || mount -t tmpfs -o mode=755 tmpfs /var/run
  case $resolv in /run/*) mkdir -p "${resolv%/*}" && : >"$resolv" ;; esac
  # The address at which the uplink answers for names, while there is one.
  echo "nameserver 10.0.2.3" >/run/resolv.conf
  [ -e "$resolv" ] && mount --bind /run/resolv.conf "$resolv"
}

# Else all containers together weigh as much as one busy process of the host, and are late; and
# busy containers keep the engine from answering. Linux weighs sessions first: this is ours.
weigh() {
  echo -10 >/proc/self/autogroup
  for folder in /sys/fs/cgroup/cpu /sys/fs/cgroup/cpu,cpuacct; do
    [ -L "$folder" ] || [ ! -e "$folder/cpu.shares" ] && continue
    mkdir -p "$folder/aftershock" && echo 4096 >"$folder/aftershock/cpu.shares"
  done
  [ -e /sys/fs/cgroup/cgroup.subtree_control ] || return 0
  mkdir -p /sys/fs/cgroup/aftershock && echo 400 >/sys/fs/cgroup/aftershock/cpu.weight
} 2>/dev/null

libraries() {
  for folder in "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu; do
    [ -d "$folder" ] && LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    [ -d "$folder/xtables" ] && export XTABLES_LIBDIR="$folder/xtables"
  done
  export LD_LIBRARY_PATH
}

main "$@"
exit
