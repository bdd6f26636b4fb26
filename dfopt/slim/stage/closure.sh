# Copies the files that the programs of this image need, with the directories' owners and modes, to three folders below
# /dfopt by how often they change: system, runtime, application. Runs in the image itself, with its own tools.
# Reads /dfopt/start (words of ENTRYPOINT, CMD, HEALTHCHECK), brought (what COPY and ADD brought), named (packages
# installed by name), keep and drop (globs of the plan), chosen and rejected (globs of people), tables (facts about
# systems); leaves /dfopt/why, a line a file with its reason.
# POSIX sh and awk; every command ends in ; so that a Dockerfile may join the lines.
set -eu;
language=${LC_ALL:-${LC_CTYPE:-${LANG:-}}};
messages=${LANGUAGE:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}};
home=$PWD;
search=$PATH;
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin;
export LC_ALL=C;
cd /dfopt;

# The file system: d directory, f file, x executable, p named pipe, l link, each with its path (and a link's target).
# What was brought may lie on a volume, so it is listed apart.
list() {
    find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /dfopt \) -prune -o "$@";
    while read -r place; do if [ -d "$place" ]; then find "$place" -xdev "$@"; fi; done < brought;
};
{
    list -type d -print | sed "s|^|d |";
    list -type f ! -perm -100 -print | sed "s|^|f |";
    list -type f -perm -100 -print | sed "s|^|x |";
    list -type p -print | sed "s|^|p |";
    list -type l -exec ls -ld {} + | sed "s|^[^/]*|l |";
} | sort -u > index;
list -type f -size +8000 -print > large;

# The packages: name, source, what they need, whether essential; and who owns which file.
if [ -f /var/lib/dpkg/status ]; then
    awk '
        function flush() {
            if (name != "") print name "\t" (source == "" ? name : source) "\t" needs "\t" essential;
            name = source = needs = essential = "";
        };
        /^$/ { flush(); };
        /^Package: / { name = $2; };
        /^Source: / { source = $2; };
        /^Essential: yes/ { essential = 1; };
        /^Provides: / {
            sub(/^[^:]*: /, ""); gsub(/\([^)]*\)|[ \t]/, "");
            n = split($0, provided, ",");
            for (i = 1; i <= n; i++) print provided[i] "\tvirtual\t" name;
        };
        /^(Pre-)?Depends: / { sub(/^[^:]*: /, ""); gsub(/\([^)]*\)|:[a-z0-9]+|[,|]/, " "); needs = needs " " $0; };
        END { flush(); };
    ' /var/lib/dpkg/status > packages;
    for owned in /var/lib/dpkg/info/*.list; do
        owner=${owned##*/}; owner=${owner%.list};
        sed "s|^|${owner%%:*}	|" "$owned";
    done > owners;
elif [ -f /lib/apk/db/installed ]; then
    awk -F : '
        function flush() {
            if (name != "") print name "\t" (source == "" ? name : source) "\t" needs > "packages";
            name = source = needs = "";
        };
        /^$/ { flush(); };
        /^P:/ { name = $2; };
        /^o:/ { source = $2; };
        /^D:/ { needs = substr($0, 3); };
        /^F:/ { directory = $2; print name "\t/" directory > "owners"; };
        /^R:/ { print name "\t/" (directory == "" ? "" : directory "/") $2 > "owners"; };
        END { flush(); };
    ' /lib/apk/db/installed;
elif command -v rpm > /dev/null; then
    rpm -qa --qf '%{NAME}\t%{SOURCERPM}\t[%{REQUIRENAME} ]\n' > packages;
    rpm -qa --qf '[%{=NAME}\t%{FILENAMES}\n]' > owners;
fi;
touch packages owners;

# The closure.
text_only=$(if echo x | grep -qI x 2> /dev/null; then echo I; fi);
awk -v search="$search" -v home="$home" -v zone="${TZ:-}" -v language="$language" -v messages="$messages" -v text_only="$text_only" '
@awk@
' > why;

# The copies: links stay links, hard links one file, directories above a file keep owner and mode. File capabilities are
# kept where tar knows them, as in every image whose package manager gave a program one.
if tar --xattrs --xattrs-include=security.capability -cf /dev/null /dfopt/why 2> /dev/null; then
    attributes="--xattrs --xattrs-include=security.capability";
else
    attributes=;
fi;
for layer in system runtime application; do
    mkdir "$layer";
    awk -F "	" -v layer="$layer" '
        $2 == layer { path = $1; while (path != "") { print substr(path, 2); sub(/\/[^\/]*$/, "", path); }; };
    ' why | sort -u > files;
    [ -s files ] || continue;
    tr "\n" "\0" < files | xargs -0 sh -c "tar $attributes -C / --no-recursion -cf - \"\$@\" | tar $attributes -C /dfopt/$layer -xpf -" sh;
done;

# The package database, of the packages that are here, so that scanners list them.
if [ -f /var/lib/dpkg/status ]; then
    mkdir -p runtime/var/lib/dpkg/status.d;
    awk -v RS= '
        BEGIN { RS = "\n"; while ((getline name < "present") > 0) present[name] = 1; RS = ""; };
        { name = $0; sub(/^Package: /, "", name); sub(/\n.*/, "", name); file = "runtime/var/lib/dpkg/status.d/" name; };
        name in present { print > file; close(file); };
    ' /var/lib/dpkg/status;
elif [ -f /lib/apk/db/installed ]; then
    mkdir -p runtime/lib/apk/db;
    awk -v RS= '
        BEGIN { RS = "\n"; while ((getline name < "present") > 0) present[name] = 1; RS = ""; };
        { name = "\n" $0; sub(/.*\nP:/, "", name); sub(/\n.*/, "", name); };
        name in present { print $0 "\n"; };
    ' /lib/apk/db/installed > runtime/lib/apk/db/installed;
fi;
