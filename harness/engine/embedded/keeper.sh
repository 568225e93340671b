#!/bin/sh
# keeper.sh STATE ROOT CGROUP: runs the engine in namespaces of its own and tidies up before and
# after, so that nothing stays whoever was killed. It is a function, called last: a shell
# reads its script piece by piece, and this one may be replaced while it runs.
main() {
  state=$1 root=$2 cgroup=$3
  exec 8>>"$state/engine.lock"
  flock -x -w 10 8 || { echo "$state/engine.lock is held by another engine"; exit 75; }
  tidy
  unshare --pid --fork --kill-child=KILL --mount --net --propagation slave \
    sh "${0%/*}/init.sh" "$state" "$root"
  tidy
}

tidy() {
  rm -f "$state/docker.sock"
  while read -r _ mount type _; do
    case $type in cgroup | cgroup2) ;; *) continue ;; esac
    [ -d "$mount$cgroup" ] && find "$mount$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null
    rmdir "$mount${cgroup%/*}" 2>/dev/null
  done </proc/self/mounts
}

main "$@"
exit
