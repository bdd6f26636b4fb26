# Copies to /dfopt/root the files that the programs of this image need, with the directories' owners and modes.
# Reads /dfopt/start (words of ENTRYPOINT, CMD, HEALTHCHECK), /dfopt/brought (what COPY, ADD, VOLUME and WORKDIR name),
# /dfopt/named (packages installed by name), /dfopt/keep and /dfopt/drop (globs), /dfopt/tables (facts about systems).
# Leaves /dfopt/why: one line a file, with the reason. POSIX sh and awk; every command ends in ; so that lines may be joined.
set -eu;
language=${LC_ALL:-${LC_CTYPE:-${LANG:-}}};
home=$PWD;
export LC_ALL=C;
cd /dfopt;

# The file system: d directory, f file, x executable, l link, each with its path (and a link's target).
list() {
    find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /dfopt \) -prune -o "$@";
    while read -r place; do if [ -d "$place" ]; then find "$place" -xdev "$@"; fi; done < brought;
};
{
    list -type d -print | sed "s|^|d |";
    list -type f ! -perm -100 -print | sed "s|^|f |";
    list -type f -perm -100 -print | sed "s|^|x |";
    list -type l -exec ls -ld {} + | sed "s|^[^/]*|l |";
} | sort -u > index;

# The packages: name, source, what they depend on; and who owns which file.
if [ -f /var/lib/dpkg/status ]; then
    awk '
        function flush() { if (name != "") print name "\t" (source == "" ? name : source) "\t" needs "\t" essential; name = source = needs = essential = ""; };
        /^$/ { flush(); };
        /^Essential: yes/ { essential = 1; };
        /^Package: / { name = $2; };
        /^Source: / { source = $2; };
        /^(Pre-)?Depends: / { sub(/^[^:]*: /, ""); gsub(/\([^)]*\)|:[a-z0-9]+|[,|]/, " "); needs = needs " " $0; };
        END { flush(); };
    ' /var/lib/dpkg/status > packages;
    for owned in /var/lib/dpkg/info/*.list; do
        owner=${owned##*/}; owner=${owner%.list}; sed "s|^|${owner%%:*}	|" "$owned";
    done > owners;
elif [ -f /lib/apk/db/installed ]; then
    awk -F : '
        function flush() { if (name != "") print name "\t" (source == "" ? name : source) "\t" needs > "packages"; name = source = needs = ""; };
        /^$/ { flush(); };
        /^P:/ { name = $2; };
        /^o:/ { source = $2; };
        /^D:/ { needs = substr($0, 3); };
        /^F:/ { directory = $2; };
        /^R:/ { print name "\t/" (directory == "" ? "" : directory "/") $2 > "owners"; };
        END { flush(); };
    ' /lib/apk/db/installed;
elif command -v rpm > /dev/null; then
    rpm -qa --qf '%{NAME}\t%{SOURCERPM}\t[%{REQUIRENAME} ]\n' > packages;
    rpm -qa --qf '[%{=NAME}\t%{FILENAMES}\n]' > owners;
fi;
touch packages owners;

# The closure.
as_text=$(if echo x | grep -qa x 2> /dev/null; then echo a; fi);
awk -v as_text="$as_text" -v language="$language" -v zone="${TZ:-}" -v search="${PATH:-/usr/sbin:/usr/bin:/sbin:/bin}" -v home="$home" '
@closure.awk@
' > why;

# The copies, by how often they change: links stay links, hard links one file, directories keep owner and mode.
for layer in system runtime application; do
    mkdir "$layer";
    awk -F "	" -v layer="$layer" '$2 == layer { path = $1; while (path != "") { print substr(path, 2); sub(/\/[^\/]*$/, "", path); }; }' why | sort -u > files;
    tar -C / --no-recursion -cf - -T files | tar -C "$layer" -xpf -;
done;

# The package database, of the packages that are here, so that scanners list them.
if [ -f /var/lib/dpkg/status ]; then
    mkdir -p runtime/var/lib/dpkg/status.d;
    awk -v RS= '
        BEGIN { RS = "\n"; while ((getline name < "present") > 0) present[name] = 1; RS = ""; };
        { name = $0; sub(/^Package: /, "", name); sub(/\n.*/, "", name); };
        name in present { print > ("runtime/var/lib/dpkg/status.d/" name); close("runtime/var/lib/dpkg/status.d/" name); };
    ' /var/lib/dpkg/status;
elif [ -f /lib/apk/db/installed ]; then
    mkdir -p runtime/lib/apk/db;
fi;
