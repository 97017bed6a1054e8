#!/usr/bin/env bash
# Gets what `npm run services:up` starts, as root on Debian or Ubuntu: Redis, and, where no mongod is to be found, FerretDB with
# PostgreSQL and the DocumentDB extension in a Debian folder of its own. What is there already is left as it is.
set -euo pipefail
tools="${BEIBU_CI_TOOLS:-${TMPDIR:-/tmp}/beibu-ci-tools}"
ferretdb_version=v2.7.0
debian="$tools/documentdb"

say() { echo "services: $*" >&2; }
# Runs a command with its output in a log, which is shown only when it fails.
logged() {
  local log="$1"
  shift
  "$@" >>"$log" 2>&1 || {
    say "failed: $*"
    tail -5 "$log" >&2
    return 1
  }
}
install() {
  logged "$tools/apt.log" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive logged "$tools/apt.log" apt-get install -y -qq --no-install-recommends "$@"
}

# The extension is packaged for Debian unstable alone, hence the folder. It is built beside its place and moved there when
# complete, so that a run cut short leaves nothing that looks finished.
make_folder() {
  local new="$debian.new" log="$tools/documentdb.log"
  say "making a Debian folder with PostgreSQL and DocumentDB: about 1 GB, a minute or two"
  rm -rf --one-file-system "$new" "$log"
  logged "$log" debootstrap --variant=minbase sid "$new"
  # No service is started in there; packages only unpack.
  printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
  chmod +x "$new/usr/sbin/policy-rc.d"
  cp /etc/resolv.conf "$new/etc/resolv.conf"
  # The packages find /proc in a mount namespace that ends with the command.
  DEBIAN_FRONTEND=noninteractive logged "$log" unshare --mount sh -c 'mount -t proc proc "$1/proc" &&
    exec chroot "$1" apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io postgresql-18-documentdb' sh "$new"
  rm -rf "$new"/var/cache/apt/archives/*.deb
  mkdir -p "$new/srv/cluster"
  mv "$new" "$debian"
}

build_ferretdb() {
  say "building FerretDB $ferretdb_version"
  rm -f "$tools/ferretdb.log"
  GOBIN="$tools/ferretdb.new" logged "$tools/ferretdb.log" \
    go install "github.com/FerretDB/FerretDB/v2/cmd/ferretdb@$ferretdb_version"
  mkdir -p "$tools/ferretdb"
  mv "$tools/ferretdb.new/ferretdb" "$tools/ferretdb/ferretdb"
}

if [ "$(id -u)" != 0 ]; then
  say "this script installs Debian packages and makes a folder with chroot: run it as root"
  exit 1
fi
mkdir -p "$tools"
packages=()
command -v redis-server >/dev/null || packages+=(redis-server)
store=true
if [ -n "${HUB_MONGO_URL:-}" ] || [ -n "${BEIBU_MONGOD:-}" ] || command -v mongod >/dev/null; then
  say "there is a MongoDB server to be used: FerretDB is not needed"
  store=false
elif [ ! -x "$tools/ferretdb/ferretdb" ] && ! command -v go >/dev/null; then
  say "FerretDB is built with Go, 1.24 or later, which is not on PATH: install it, or give a server's address in HUB_MONGO_URL"
  exit 1
fi
if $store && [ ! -d "$debian" ] && ! command -v debootstrap >/dev/null; then packages+=(debootstrap); fi
if [ ${#packages[@]} -gt 0 ]; then
  say "installing ${packages[*]}"
  install "${packages[@]}"
fi
if $store; then
  # The one mostly waits for packages, the other mostly computes.
  build=
  if [ ! -x "$tools/ferretdb/ferretdb" ]; then
    build_ferretdb &
    build=$!
  fi
  [ -d "$debian" ] || make_folder
  [ -z "$build" ] || wait "$build"
fi
say "ready: npm run services:up"
