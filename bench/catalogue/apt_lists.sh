#!/bin/sh
# Measure what `apt-get update` leaves in an image, for dfopt/knowledge/data/apt-lists.json.
#
#     bench/catalogue/apt_lists.sh [DOCKER] [SUITE...]
#
# Needs images debian:SUITE of the suites' minimal system. Prints for each suite the bytes of /var/lib/apt/lists
#   plain     as apt has it by itself, one source
#   official  as Docker's official Debian and Ubuntu images set apt up: lists kept compressed, no translations; sources
#             main, updates and security
#   cache     and of /var/cache/apt after the plain update (official images write none).
set -eu
docker=${1:-docker}
[ $# -gt 0 ] && shift
for suite in "${@:-bullseye bookworm trixie}"; do
    for suite in $suite; do
        $docker run --rm --network host "debian:$suite" sh -c '
            suite=$1
            apt-get update >/dev/null 2>&1
            plain=$(du -sb /var/lib/apt/lists | cut -f1)
            cache=$(du -sb /var/cache/apt | cut -f1)
            rm -rf /var/lib/apt/lists/*
            printf "%s\n" "Acquire::GzipIndexes \"true\";" "Acquire::Languages \"none\";" >/etc/apt/apt.conf.d/docker
            mirror=$(sed -n "s/^deb  *\([^ ]*\).*/\1/p" /etc/apt/sources.list | head -n1)
            printf "deb %s %s main\n" "$mirror" "$suite" "$mirror" "$suite-updates" \
                "$mirror-security" "$suite-security" >/etc/apt/sources.list
            apt-get update >/dev/null 2>&1 || echo "$suite: not all sources answered" >&2
            echo "$suite plain $plain official $(du -sb /var/lib/apt/lists | cut -f1) cache $cache"' sh "$suite"
    done
done
