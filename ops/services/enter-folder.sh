#!/bin/sh
# Runs a program of the Debian folder $1 as its user postgres, with the data folder $2 in it as /srv/cluster. $3 is the signal it
# gets when its parent ends, or `clear`. Meant for a mount namespace of its own (unshare --mount): both mounts end with the program.
set -e
root=$1
data=$2
on_parent_end=$3
shift 3
mount --bind "$data" "$root/srv/cluster"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
exec chroot "$root" setpriv --reuid=postgres --regid=postgres --clear-groups --pdeathsig="$on_parent_end" -- "$@"
