"""Which options of common programs take the next word as their value (from the manual page of each)."""


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_OWNERSHIP = _set("--reference --from")

VALUED_OPTIONS = {
    "chgrp": _OWNERSHIP,
    "chmod": _set("--reference"),
    "chown": _OWNERSHIP,
    "cp": _set("-S -t --suffix --target-directory"),
    "curl": _set(
        "-A -b -c -C -d -D -e -E -F -h -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --cacert --capath --cert"
        " --ciphers --connect-timeout --connect-to --cookie --cookie-jar --data --data-binary --data-raw"
        " --data-urlencode --dump-header --form --header --interface --key --limit-rate --max-filesize --max-redirs"
        " --max-time --noproxy --output --output-dir --pass --proto --proto-default --proto-redir --proxy"
        " --proxy-header --proxy-user --range --referer --request --resolve --retry --retry-delay --retry-max-time"
        " --stderr --trace --upload-file --url --user --user-agent --write-out --speed-limit --speed-time"
    ),
    "git": _set("-C -c --git-dir --work-tree --namespace --exec-path --config-env"),
    "groupadd": _set("-g -K -p -P -R -U --gid --key --password --prefix --root --users"),
    "install": _set("-g -m -o -S -t --group --mode --owner --suffix --target-directory"),
    "ln": _set("-S -t --suffix --target-directory"),
    "make": _set("-C -f -I -j -l -o -W --directory --file --makefile --include-dir --old-file --what-if"),
    "mkdir": _set("-m --mode"),
    "mv": _set("-S -t --suffix --target-directory"),
    "sed": _set("-e -f -l --expression --file --line-length"),
    "tar": _set(
        "-b -C -f -F -g -H -I -K -L -N -T -V -X --directory --exclude --exclude-from --file --files-from --format"
        " --group --mode --mtime --owner --strip-components --transform --use-compress-program --xform"
    ),
    "tee": frozenset(),
    "touch": _set("-d -r -t --date --reference --time"),
    "truncate": _set("-r -s --reference --size"),
    "unzip": _set("-d -P -x"),
    "useradd": _set(
        "-b -c -d -D -e -f -g -G -k -K -p -P -R -s -u -Z --base-dir --comment --home --home-dir --expiredate --inactive"
        " --gid --groups --skel --key --password --prefix --root --shell --uid --selinux-user"
    ),
    "adduser": _set(
        "-h -g -s -G -u -k --conf --home --shell --uid --firstuid --lastuid --ingroup --gid --gecos --add_extra_groups"
    ),
    "usermod": _set("-c -d -e -f -g -G -l -p -R -s -u -v -V -w -W -Z --comment --home --groups --gid --shell --uid"),
    "wget": _set(
        "-a -A -B -D -e -G -i -I -l -o -O -P -Q -R -t -T -U -w -X --append-output --base --body-data --body-file"
        " --ca-certificate --ca-directory --certificate --connect-timeout --cut-dirs --directory-prefix --dns-timeout"
        " --domains --execute --header --http-password --http-user --input-file --level --limit-rate"
        " --load-cookies --max-redirect --method --output-document --output-file --password --post-data --post-file"
        " --private-key --proxy-password --proxy-user --quota --read-timeout --referer --reject --save-cookies"
        " --secure-protocol --timeout --tries --user --user-agent --wait --waitretry"
    ),
}
