# Finds what the programs in /dfopt/start need by following references from file to file; prints path TAB layer TAB reason.
# A file is reached as DATA (kept), as CONFIG (its paths and names are followed) or as PROGRAM (what it runs, too).
# Every statement ends in ; so that lines may be joined; no single quotes, since a shell quotes this text with them.

function shell_word(text) { gsub(quote, quote "\\" quote quote, text); return quote text quote; };
function base(path) { sub(/.*\//, "", path); return path; };
function parent(path) { sub(/\/[^\/]*$/, "", path); return path == "" ? "/" : path; };
function join(directory, name) { return (directory == "/" ? "" : directory) "/" name; };

# ---- the file system

function read_index(   line, path, at) {
    while ((getline line < "index") > 0) {
        path = substr(line, 3);
        if (line ~ /^l/) { at = index(path, " -> "); target[substr(path, 1, at - 1)] = substr(path, at + 4); path = substr(path, 1, at - 1); }
        else { kind[path] = substr(line, 1, 1); every[++count] = path; };
        if (path ~ /\.so(\.[0-9.]+)?$/) libraries[base(path)] = libraries[base(path)] path "\n";
    };
};

# The path without links; "" when nothing is there.
function real(path,   directory, name, to) {
    if (path in found) return found[path];
    found[path] = "";
    if (path !~ /[^\/]/) return found[path] = "/";
    sub(/\/+$/, "", path);
    directory = real(parent(path)); name = base(path);
    if (directory == "") return "";
    if (name == "" || name == ".") return found[path] = directory;
    if (name == "..") return found[path] = parent(directory);
    to = join(directory, name);
    if (to in target) return found[path] = real(target[to] ~ /^\// ? target[to] : join(directory, target[to]));
    return found[path] = (to in kind ? to : "");
};

# Keeps the links on the way to a path.
function keep_links(path, why,   directory, to) {
    if (path !~ /[^\/]/ || path in walked) return;
    walked[path] = 1;
    sub(/\/+$/, "", path);
    keep_links(parent(path), why);
    directory = real(parent(path)); to = join(directory, base(path));
    if (!(to in target)) return;
    keep(to, why);
    keep_links(target[to] ~ /^\// ? target[to] : join(directory, target[to]), why);
};

function keep(path, why) { if (!(path in kept)) { kept[path] = why; layer[path] = layer_of(path); }; };
function layer_of(path) { return bringing ? "application" : packing || is_public_library(path) || base(path) ~ /^ld-/ ? "system" : "runtime"; };

function glob(pattern) {
    gsub(/[.+^$(){}|\[\]\\]/, "\\\\&", pattern);
    gsub(/\*\*/, "\001", pattern); gsub(/\*/, "[^/]*", pattern); gsub(/\?/, "[^/]", pattern); gsub(/\001/, ".*", pattern);
    return "^" pattern "$";
};

# ---- packages

function read_packages(   line, part, n, i) {
    while ((getline line < "packages") > 0) { split(line, part, "\t"); source[part[1]] = part[2]; needs[part[1]] = part[3]; essential[part[1]] = part[4] != ""; };
    while ((getline line < "owners") > 0) {
        split(line, part, "\t"); i = real(part[2]);
        if (i == "" || kind[i] == "d") continue;
        if (!(i in owner)) { owner[i] = part[1]; files[part[1]] = files[part[1]] i "\n"; };
        if (is_program_path(i)) has_programs[part[1]] = 1;
        if (is_public_library(i)) has_libraries[part[1]] = 1;
    };
    while ((getline line < "named") > 0) named[line] = 1;
};

function is_program_path(path) { return parent(path) ~ /\/s?bin$/ && kind[path] == "x"; };
function is_public_library(path) {
    return path ~ /\.so(\.|$)/ && parent(path) ~ /^(\/usr)?(\/local)?\/lib(32|64|x32)?(\/[a-z0-9_]+-linux-[a-z0-9_]+)?$/;
};
function same_source(one, other) { return one != "" && other != "" && source[one] == source[other]; };

# A package whose program or library is used brings its data, and that of what it depends on from the same source.
function use_package(name, why,   list, n, i) {
    if (name == "" || name in used) return;
    used[name] = 1; in_use[source[name]] = 1;
    n = split(files[name], list, "\n");
    for (i = 1; i < n; i++) sweep_file(list[i], "data of " name);
    n = split(needs[name], list, " ");
    for (i = 1; i <= n; i++) if (same_source(name, list[i])) use_package(list[i], why);
};

# What the author installed by name without a program of its own is wanted for itself, with what it depends on.
function use_named(name,   list, n, i) {
    if (name in has_programs || name in wanted || !(name in source)) return;
    wanted[name] = 1;
    use_package(name, "installed by name");
    n = split(files[name], list, "\n");
    for (i = 1; i < n; i++) if (is_public_library(list[i])) reach(list[i], DATA, "installed by name: " name);
    n = split(needs[name], list, " ");
    for (i = 1; i <= n; i++) if (!(list[i] in has_libraries)) use_named(list[i]);
};

# A file that only its surroundings bring: no documentation, no other program, no library that nothing loads.
function sweep_file(path, why) {
    if (path in kept || path in unneeded || !(path in kind) || kind[path] == "d") return;
    if (path ~ never) { unneeded[path] = 1; return; };
    if (is_program_path(path) || is_public_library(path)) return;
    if (path ~ /\.so$/) { plugins[path] = why; return; };
    reach(path, DATA, why);
};

function sweep(directory, role, why, own,   i, path) {
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (kind[path] == "d" || index(path, directory "/") != 1) continue;
        if (own != "" && path in owner && !same_source(owner[path], own) && !(owner[path] in used)) continue;
        if (role == DATA) sweep_file(path, why); else if (parent(path) == directory && kind[path] != "x") reach(path, role, why);
    };
    for (path in target) if (index(path, directory "/") == 1 && path !~ never && (role == DATA || parent(path) == directory)) {
        if (own == "" || !(path in owner)) reach(path, role, why);
    };
};

# Plug-ins of a directory: those that settings name; all of them where settings name none.
function settle_plugins(   path, chosen, more) {
    for (path in plugins) if (path in kept) chosen[parent(path)] = 1;
    for (path in plugins) {
        if (!(path in kept) && !(parent(path) in chosen)) { reach(path, DATA, "plug-in, " plugins[path]); more = 1; };
        delete plugins[path];
    };
    return more;
};

# ---- following

function reach(path, role, why,   place) {
    place = real(path);
    if (place == "" || place ~ dropped || place ~ /^\/(proc|sys|dev)\// || place ~ /^\/etc\/(hosts|hostname|resolv\.conf|mtab)$/) return "";
    keep_links(path, why); keep(place, why);
    if (kept[place] ~ /^data of / && why !~ /^data of /) kept[place] = why;
    if (kind[place] == "d" || place in as && as[place] >= role) return place;
    as[place] = role; queue[++last] = place;
    return place;
};

function settle() { do { while (first < last) examine(queue[++first]); } while (settle_plugins()); };

function examine(file,   line) {
    if (as[file] == PROGRAM) use_trees(file);
    if ((getline line < file) < 0) return;
    close(file);
    if (line ~ /^\177ELF/) binary(file);
    else if (as[file] == PROGRAM && line ~ /^#!/) script(file, line);
    else if (as[file] == CONFIG && file !~ inert) settings(file);
};

# ---- ELF

function binary(file,   line, part, own) {
    own = !is_public_library(file) && file !~ /\/ld-[^\/]*$/;
    if (file ~ /^\/usr\/lib.*\/libc(\.so\.6|-2.*\.so)$/ || file ~ /\/ld-(linux|musl)[^\/]*$/) return;
    if (!(file in listed)) list_libraries(file);
    read_symbols(file);
    if (file in owner && (as[file] == PROGRAM || !own || kind[file] != "x")) use_package(owner[file], file);
    if (!own) use_trees(file);
    read_strings(file, own);
};

function list_libraries(file,   command, line, part, n) {
    if (loader == "") loader = find_loader(file);
    if (loader == "") return;
    command = loader " --list " shell_word(file) " 2>/dev/null";
    while ((command | getline line) > 0) {
        n = split(line, part, " ");
        if (line ~ /not found/) { print "dfopt: " file " needs " part[1] ", which is not there" > "/dev/stderr"; continue; };
        if (part[2] == "=>") line = part[3]; else line = part[1];
        if (line ~ /^\// && real(line) != file) { listed[real(line)] = 1; reach(line, DATA, "library of " file); };
    };
    close(command);
};

function find_loader(file,   command, line) {
    command = "head -c 4096 " shell_word(file) " | tr -c \"!-~\" \"\\n\" | grep -E \"^/.*/ld[-.0-9a-z]*[^/]*$\"";
    if ((command | getline line) > 0) { close(command); return real(line) != "" ? line : ""; };
    close(command);
    for (line in libraries) if (line ~ /^ld-(linux|musl)/) { split(libraries[line], found_loaders, "\n"); return found_loaders[1]; };
    return "";
};

function words(file, offset, length_, size, list,   command, line, n, part, i, m) {
    command = "od -An -v -tu" size " -j " offset " -N " length_ " " shell_word(file);
    n = 0;
    while ((command | getline line) > 0) { m = split(line, part, " "); for (i = 1; i <= m; i++) list[n++] = part[i]; };
    close(command);
    return n;
};

# The names that a program or library imports: entries of its dynamic symbol table that no section of its own defines.
function read_symbols(file,   b, h, s, w, i, n, wide, big, at, entry, step, text, name, line, command, strings) {
    if (words(file, 0, 64, 1, b) < 52) return;
    wide = b[4] == 2; big = b[5] == 2;
    words(file, 0, 64, 2, h); words(file, 0, 64, 4, w);
    at = wide ? w[10 + big] : w[8];
    n = wide ? h[30] : h[24]; step = wide ? 16 : 10;
    words(file, at, n * step * 4, 4, s);
    for (i = 0; i < n && s[i * step + 1] != 11; i++);
    if (i == n) { static(file); return; };
    at = i * step; strings = s[at + (wide ? 10 : 6)] * step;
    entry = words(file, s[at + (wide ? 6 + big : 4)], s[at + (wide ? 8 + big : 5)], 4, w);
    text = "";
    command = "tail -c +" (s[strings + (wide ? 6 + big : 4)] + 1) " " shell_word(file) " | head -c " s[strings + (wide ? 8 + big : 5)] " | tr \"\\000\" \"\\n\"";
    while ((command | getline line) > 0) text = text line "\n";
    close(command);
    step = wide ? 6 : 4;
    for (i = 0; i < entry; i += step) {
        h[0] = wide ? w[i + 1] : w[i + 3];
        if (big ? h[0] % 65536 : int(h[0] / 65536)) continue;
        name = substr(text, w[i] + 1, 100); sub(/\n.*/, "", name);
        imports[file, name] = 1;
        if (name in asks && file !~ inert && !(essential[owner[file]] && asks[name] ~ utilities_without)) use_pack(asks[name], file " (" name ")");
        if (name ~ /^(exec[lv]|posix_spawn|system$|popen$|fexecve)/) spawns[file] = 1;
    };
    if (own_clock(file) && !essential[owner[file]]) use_pack("zones", file " (sets TZ)");
};

function own_clock(file) { return (file, "tzset") in imports && ((file, "setenv") in imports || (file, "putenv") in imports); };

# A static program imports nothing: what it may ask for at run time is small enough to keep.
function static(file) { spawns[file] = 1; use_pack("users", file " (static)"); use_pack("names", file " (static)"); use_pack("zone", file " (static)"); };

# Paths and library names in the text of a program; those of a public library only as far as its own package goes.
function read_strings(file, own,   command, line, place, name) {
    command = "tr -c \"!-~\" \"\\n\" < " shell_word(file) " | grep -E \"(^|[^A-Za-z0-9_.])/[A-Za-z]+[/.]|/[A-Za-z]+$|[.]so|^[A-Za-z_]+/[A-Za-z_]+$\" | sort -u";
    while ((command | getline line) > 0) {
        for (name in text_asks) if (index(line, name)) use_pack(text_asks[name], file " (" name ")");
        if (line ~ /^[A-Za-z0-9_.+-]+\.so(\.[0-9]+)*$/) { if (own) load(line, file); }
        else if (own && line ~ /^[A-Z][A-Za-z_]+\/[A-Z][A-Za-z_]+$/) reach("/usr/share/zoneinfo/" line, DATA, "zone named in " file);
        else while (match(line, /\/[A-Za-z0-9_.+\/-]+/)) {
            if (RSTART == 1 || substr(line, RSTART - 1, 1) ~ /[=:;,"]/) mention(substr(line, RSTART, RLENGTH), file, own);
            line = substr(line, RSTART + RLENGTH);
        };
    };
    close(command);
};

function mention(path, file, own,   place, mine) {
    place = real(path);
    if (place == "" || place ~ too_general || place ~ never) return;
    mine = same_source(owner[place], owner[file]);
    if (kind[place] == "d") {
        if (place ~ /^\/etc\//) { if (own) { reach(path, CONFIG, file); sweep(place, CONFIG, "settings named in " file, ""); config_root[place] = 1; }; }
        else if (own) sweep(place, DATA, "directory named in " file, owner[file] == "" ? "-" : owner[file]);
    } else if (kind[place] == "x" && place !~ /\.so/) { if (own && file in spawns) reach(path, PROGRAM, file); }
    else if (own || mine) reach(path, place ~ /^\/etc\// ? CONFIG : DATA, file);
};

# A library or plug-in named by its base name.
function load(name, file,   list, n, i) {
    n = split(libraries[name], list, "\n");
    for (i = 1; i < n; i++) {
        if (is_public_library(list[i]) ? (file, "dlopen") in imports : in_use[source[owner[real(list[i])]]]) reach(list[i], DATA, "loaded by " file);
    };
};

# ---- packs: what only shows at run time

function read_tables(   line, part, n, i, list, section) {
    while ((getline line < "tables") > 0) {
        if (line !~ /[|]/) continue;
        n = split(line, part, / [|] ?/);
        if (part[1] == "never") never = never (never == "" ? "" : "|") part[2];
        else if (part[1] == "general") too_general = too_general (too_general == "" ? "" : "|") part[2];
        else if (part[1] == "surplus") dropped = dropped "|" part[2];
        else if (part[1] == "inert") inert = inert (inert == "" ? "" : "|") part[2];
        else if (part[1] == "tree") { tree[part[2]] = part[3]; tree_packs[part[2]] = part[4]; }
        else { holds[part[1]] = part[3]; n = split(part[2], list, " "); for (i = 1; i <= n; i++) if (list[i] ~ /\//) text_asks[list[i]] = part[1]; else asks[list[i]] = part[1]; };
    };
};

function use_pack(name, why,   list, n, i) {
    if (name in packed) return;
    packed[name] = why; packing++;
    n = split(holds[name], list, " ");
    for (i = 1; i <= n; i++) {
        if (list[i] == "nsswitch") use_nsswitch(why);
        else if (list[i] ~ /^\//) reach_glob(list[i], DATA, name ": " why);
        else reach_library(list[i], name ": " why);
    };
    if (name == "zone" && zone ~ /^:?[A-Za-z]/) { sub(/^:/, "", zone); reach("/usr/share/zoneinfo/" zone, DATA, "TZ"); };
    packing--;
};

function reach_library(name, why,   list, n, i) { n = split(libraries[name], list, "\n"); for (i = 1; i < n; i++) reach(list[i], DATA, why); };

function reach_glob(pattern, role, why,   i, path, shape, some) {
    if (pattern !~ /[*?]/) return reach(pattern, role, why);
    shape = glob(pattern); some = 0;
    for (i = 1; i <= count; i++) if (every[i] ~ shape) { reach(every[i], role, why); some = 1; };
    for (path in target) if (path ~ shape) { reach(path, role, why); some = 1; };
    return some;
};

function use_nsswitch(why,   line, part, n, i) {
    reach("/etc/nsswitch.conf", DATA, why);
    reach_library("libnss_files.so.2", why); reach_library("libnss_dns.so.2", why);
    while ((getline line < "/etc/nsswitch.conf") > 0) {
        if (line !~ /^(passwd|group|hosts):/) continue;
        n = split(line, part, /[ \t]+/);
        for (i = 2; i <= n; i++) reach_library("libnss_" part[i] ".so.2", why);
    };
    close("/etc/nsswitch.conf");
};

# Interpreters keep their module trees whole.
function use_trees(file,   name, shape, list, n, i, more) {
    name = base(file);
    for (shape in tree) if (name ~ shape) {
        n = split(tree[shape], list, " ");
        for (i = 1; i <= n; i++) if (!(list[i] in treed)) { treed[list[i]] = 1; sweep_glob(list[i], "modules of " file); };
        n = split(tree_packs[shape], list, " ");
        for (i = 1; i <= n; i++) use_pack(list[i], file);
    };
};

function sweep_glob(pattern, why,   i, path, shape) {
    shape = glob(pattern);
    for (i = 1; i <= count; i++) if (every[i] ~ shape && every[i] !~ never) reach(every[i], DATA, why);
    for (path in target) if (path ~ shape && path !~ never) reach(path, DATA, why);
};

# Character sets that settings or the author files name, beside the usual ones.
function use_charsets(   i, path, line, part, n, alias, module, directory, name) {
    if (!("charsets" in packed)) return;
    for (i = 1; i <= count; i++) if (every[i] ~ /\/gconv\/gconv-modules(\.cache|\.d\/.*)?$/) {
        path = every[i]; reach(path, DATA, "charsets: " packed["charsets"]);
        directory = path; sub(/\/gconv\/.*/, "/gconv", directory);
        if (path ~ /cache$/) continue;
        while ((getline line < path) > 0) {
            n = split(line, part, /[ \t]+/);
            if (part[1] == "alias") alias[part[2]] = part[3];
            if (part[1] == "module") { module[part[2]] = module[part[2]] " " part[4]; module[part[3]] = module[part[3]] " " part[4]; };
        };
    };
    name = language; sub(/^[^.]*\.?/, "", name); sub(/@.*/, "", name);
    n = split("ISO-8859-1 ISO-8859-15 CP1252 UTF-16 UTF-32 UTF-7 " name, part, " ");
    for (i = 1; i <= n; i++) asked[toupper(part[i])] = 1;
    for (name in asked) {
        line = name "//"; if (line in alias) line = alias[line];
        if (line == "INTERNAL") continue;
        n = split(module[line], part, " ");
        for (i = 1; i <= n; i++) reach(join(directory, part[i] ".so"), DATA, "character set " name);
    };
};

# ---- text

# The program that a bare name runs.
function program(name, why,   list, n, i, place) {
    n = split(search, list, ":");
    for (i = 1; i <= n; i++) { place = real(join(list[i], name)); if (place != "" && kind[place] == "x") return reach(join(list[i], name), PROGRAM, why); };
    return "";
};

function settings(file,   line) {
    while ((getline line < file) > 0) {
        if (line ~ /^[ \t]*[#;]/ || length(line) > 4000) continue;
        setting(line, file);
    };
    close(file);
};

function setting(line, file,   part, n, i, word) {
    n = split(line, part, /[ \t"=,;:(){}<>|`\[\]\047]+/);
    for (i = 1; i <= n; i++) {
        word = part[i];
        if (!(file in owner) && word ~ charset_name) asked[toupper(word)] = 1;
        if (word ~ /^\/./) follow(word, file);
        else if (word ~ /^[A-Za-z0-9_.*?-]+\/?[A-Za-z0-9_.*?\/-]*$/ && word ~ /[\/.*]/ && word ~ /[A-Za-z]/) { if (!relative(word, file) && word ~ /\.so$/) load(word, file); }
        else if (word ~ /^[A-Za-z0-9_-]+$/ && (word ".so") in libraries) load_plugin(word ".so", file);
    };
};

function load_plugin(name, file,   list, n, i) {
    n = split(libraries[name], list, "\n");
    for (i = 1; i < n; i++) if (!is_public_library(list[i]) && in_use[source[owner[real(list[i])]]] && !(real(list[i]) ~ never)) reach(list[i], DATA, "named in " file);
};

function relative(word, file,   directory) {
    for (directory = parent(file); directory != "/" && directory != "/etc"; directory = parent(directory)) {
        if (word ~ /[*?]/) { if (follow_glob(join(directory, word), file)) return 1; }
        else if (real(join(directory, word)) != "") { follow(join(directory, word), file); return 1; };
    };
    return 0;
};

function follow_glob(pattern, file) { return reach_glob(pattern, CONFIG, "included by " file); };

function follow(path, file,   place) {
    if (path ~ /[*?]/) { if (path !~ too_general) follow_glob(path, file); return; };
    place = real(path);
    if (place == "" || place ~ too_general || place ~ never) return;
    if (kind[place] != "d") { reach(path, kind[place] == "x" && place !~ /\.so/ ? PROGRAM : (place ~ /^\/etc\// || place ~ /\.(conf|cnf|cfg|ini|load|inc)$/ ? CONFIG : DATA), "named in " file); return; };
    reach(path, DATA, "named in " file);
    if (place ~ /^\/etc\//) sweep(place, CONFIG, "directory named in " file, "");
    else sweep(place, DATA, "directory named in " file, "-");
};

# Command words and paths of a script, its variables that hold a path put in place.
function script(file, head,   part, n, interpreter) {
    sub(/^#! */, "", head); n = split(head, part, /[ \t]+/);
    interpreter = part[1]; reach(interpreter, PROGRAM, "interpreter of " file);
    if (base(interpreter) == "env") { interpreter = part[2] == "-S" ? part[3] : part[2]; program(interpreter, "interpreter of " file); };
    if (file in owner) use_package(owner[file], file);
    if (base(interpreter) ~ /^(ba|da|a|k|mk|z)?sh$/) shell(file); else code(file);
};

function shell(file,   line, value, name) {
    while ((getline line < file) > 0) shell_line(line, file);
    close(file);
};

function shell_line(line, file,   part, n, i, name, value, word) {
    if (line ~ /^[ \t]*#/) return;
    sub(/[ \t]#[^"\047]*$/, "", line);
    for (name in value_of) { gsub("[$][{]?" name "[}]?", value_of[name], line); };
    if (match(line, /(^|[ \t;])[A-Za-z_][A-Za-z0-9_]*=["]?\/[A-Za-z0-9_.\/-]+/)) {
        name = substr(line, RSTART, RLENGTH); sub(/^[ \t;]*/, "", name); value = name; sub(/=.*/, "", name); sub(/^[^=]*="?/, "", value);
        if (real(value) != "") value_of[name] = value;
    };
    if (match(line, /(^|[ \t;&|])([.]|source)[ \t]+["]?\/[A-Za-z0-9_.\/-]+/)) {
        word = substr(line, RSTART, RLENGTH); sub(/^[^\/]*/, "", word);
        if (real(word) != "" && !(real(word) in sourced)) { sourced[real(word)] = 1; reach(word, DATA, "sourced by " file); shell(real(word)); };
    };
    shell_paths(line, file);
    sub(/^[ \t]*[(]?["A-Za-z0-9_*.|-]+[)]/, "", line);
    gsub(/[$][(]|[|][|]|&&|`|[;|&(){}]/, "\n", line);
    n = split(line, part, "\n");
    for (i = 1; i <= n; i++) command_words(part[i], file);
};

function shell_paths(line, file,   path, before) {
    while (match(line, /\/[A-Za-z0-9_.+*\/-]+/)) {
        before = RSTART == 1 ? "" : substr(line, RSTART - 1, 1);
        path = substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH);
        if (before !~ /[A-Za-z0-9_.}$]/ && path !~ /[*]/) follow_from_script(path, file);
    };
};

function follow_from_script(path, file,   place) {
    place = real(path);
    if (place == "" || place ~ too_general || place ~ never) return;
    if (kind[place] == "d") reach(path, DATA, "named in " file);
    else reach(path, kind[place] == "x" ? PROGRAM : DATA, "named in " file);
};

function command_words(text, file,   part, n, i, word) {
    n = split(text, part, /[ \t]+/);
    for (i = 1; i <= n; i++) {
        word = part[i]; gsub(/["\047]/, "", word);
        if (word == "" || word ~ /^(if|then|else|elif|do|while|until|!|exec|command|eval|time|nohup|-[A-Za-z]+)$/ || word ~ /^[A-Za-z_][A-Za-z0-9_]*=/) continue;
        if (word ~ /^(env|sudo|xargs|gosu|su-exec|setpriv|nice|timeout|stdbuf)$/) { program(word, file); continue; };
        if (word !~ /^[A-Za-z0-9_.+\/-]+$/ || word in builtin) return;
        program(word, "run by " file); return;
    };
};

# Source text in other languages: paths, and names of programs that were installed by name.
function code(path,   command, line) {
    command = "[/\"`" quote "][A-Za-z0-9_.+/-]+[\"`" quote " ]?";
    command = "find " shell_word(path) " -name node_modules -prune -o -type f -exec grep -ho" as_text "E " shell_word(command) " {} + 2>/dev/null | sort -u";
    while ((command | getline line) > 0) code_word(line, path);
    close(command);
};

function code_word(word, file,   place) {
    gsub(/["\047` ]/, "", word);
    if (word ~ charset_name) asked[toupper(word)] = 1;
    if (word ~ /^\//) { place = real(word); if (place != "" && place !~ too_general && place !~ never) follow_from_code(word, place, file); }
    else if (word ~ /^[a-z][a-z0-9_.+-]*$/) weak_program(word, file);
    for (place in text_asks) if (index(word, place)) use_pack(text_asks[place], file " (" place ")");
};

function follow_from_code(path, place, file) {
    if (kind[place] == "d") sweep(place, DATA, "named in " file, "-");
    else reach(path, kind[place] == "x" ? PROGRAM : DATA, "named in " file);
};

function weak_program(name, file,   list, n, i, place) {
    n = split(search, list, ":");
    for (i = 1; i <= n; i++) {
        place = real(join(list[i], name));
        if (place != "" && kind[place] == "x" && owner[place] in named) reach(join(list[i], name), PROGRAM, "named in " file);
    };
};

# Data that only programs which are not here name (the scripts of a set-up tool, say) goes with them.
function drop_foreign_data(   path, of, here, there, names) {
    for (path in kept) if (kept[path] ~ /^data of / && length(base(path)) > 7) of[source[owner[path]]] = of[source[owner[path]]] base(path) "\n";
    for (path in kind) if (path in owner && source[owner[path]] in of) {
        if (path in kept) { if (as[path] != DATA || path ~ /\.so/) here[source[owner[path]]] = here[source[owner[path]]] " " shell_word(path); }
        else if (is_program_path(path)) there[source[owner[path]]] = there[source[owner[path]]] " " shell_word(path);
    };
    for (path in of) if (path in there && path in here) { named_in(of[path], there[path], path, others); named_in(of[path], here[path], path, ours); };
    for (path in kept) if (kept[path] ~ /^data of / && (source[owner[path]], base(path)) in others && !((source[owner[path]], base(path)) in ours)) delete kept[path];
};

function named_in(names, places, of, found_names,   command, line) {
    printf "%s", names > "names"; close("names");
    command = "cat " places " | tr -c \"!-~\" \"\\n\" | grep -oF -f names | sort -u";
    while ((command | getline line) > 0) found_names[of, line] = 1;
    close(command);
};

# ---- roots

function start(   line) {
    while ((getline line < "start") > 0) {
        if (line ~ /^\//) reach(line, PROGRAM, "start");
        else if (line ~ /[ \t;&|]/) shell_line(line, "start");
        else if (program(line, "start") == "" && line ~ /^[A-Za-z0-9_.]/ && real(join(home, line)) != "") reach(join(home, line), PROGRAM, "start");
    };
};

function bring(   line, place) {
    while ((getline line < "brought") > 0) {
        place = real(line);
        if (place == "") continue;
        if (kind[place] != "d") { reach(line, place ~ /^\/etc\// ? CONFIG : DATA, "brought"); }
        else { reach(line, DATA, "brought"); bring_tree(place, "brought"); };
        if (place !~ /^\/etc\//) code(place);
    };
};

function bring_tree(directory, why,   i, path) {
    for (i = 1; i <= count; i++) if (index(every[i], directory "/") == 1) reach(every[i], DATA, why);
    for (path in target) if (index(path, directory "/") == 1) { keep(path, why); reach(path, DATA, why); };
};

function is_outside(path) { return path ~ /^\/usr\/local\// || path !~ /^\/(bin|boot|dev|etc|lib|lib32|lib64|libx32|media|mnt|proc|run|sbin|sys|tmp|usr|var|dfopt|\.dockerenv)(\/|$)/; };

# What RUN made outside packages, in the places for it.
function made(   i, path) {
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (kind[path] == "d" || path in owner || path ~ never || !is_outside(path)) continue;
        reach(path, kind[path] == "x" && path !~ /\.so/ ? PROGRAM : DATA, "made by RUN");
    };
    for (path in target) if (!(path in owner) && is_outside(path) && path !~ never) reach(path, DATA, "made by RUN");
};

# Directories cost nothing: those of the variable part keep their owner and mode.
function directories(   i, path) {
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (kind[path] == "d" && path ~ /^\/(var|run|tmp|home|root|srv|opt|mnt|media)(\/|$)/ && path !~ /^\/var\/(lib|cache)\/(dpkg|apt|debconf|man)(\/|$)/) keep(path, "directory");
    };
    for (path in target) if (path ~ /^\/var\/(run|lock)$/) keep(path, "directory");
};

# The package database for scanners: an entry for each package of which a file is here.
function record(   path, present, line, text, name) {
    for (path in kept) if (path in owner && !(kind[path] == "d")) present[owner[path]] = 1;
    for (name in present) print name > "present";
};

function globs(file,   line, shape) {
    while ((getline line < file) > 0) if (line != "") shape = shape (shape == "" ? "" : "|") glob(line);
    return shape == "" ? "^$" : shape;
};

BEGIN {
    quote = sprintf("%c", 39);
    charset_name = "^[A-Za-z][A-Za-z0-9_.:()-]*[0-9-][A-Za-z0-9_.:()-]*$";
    utilities_without = "^(zone|locale|charsets|unwinding|names)$";
    DATA = 1; CONFIG = 2; PROGRAM = 3;
    split(": . [ alias bg break cd continue echo eval exit export false fg getopts hash jobs kill let local printf pwd read readonly return set shift source test times trap true type typeset ulimit umask unalias unset wait", list, " ");
    for (i in list) builtin[list[i]] = 1;
    dropped = globs("drop");
    read_tables(); read_index(); read_packages();
    start(); bringing = 1; bring(); made(); bringing = 0;
    for (name in named) use_named(name);
    while ((getline line < "keep") > 0) reach_glob(line, DATA, "kept by choice");
    settle(); use_charsets(); settle(); drop_foreign_data();
    packing = 1; reach("/etc/ld.so.cache", DATA, "loader"); reach("/etc/os-release", DATA, "release"); reach("/etc/debian_version", DATA, "release"); reach("/etc/alpine-release", DATA, "release");
    directories(); record();
    for (path in kept) print path "\t" layer[path] "\t" kept[path];
};
