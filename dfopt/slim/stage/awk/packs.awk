# Packs: what only shows at run time, asked for by imports, by text, or by packages that the author installed.

function read_tables(   line, part) {
    while ((getline line < "tables") > 0) {
        split(line, part, / [|] ?/);
        if (part[1] == "never") never = either(never, part[2]);
        else if (part[1] == "general") too_general = either(too_general, part[2]);
        else if (part[1] == "work") work_of_others = "^(/usr(/local)?)?/s?bin/(" part[2] ")$";
        else if (part[1] == "surplus") dropped = either(dropped, part[2]);
        else if (part[1] == "inert") inert = either(inert, part[2]);
        else if (part[1] == "tree") { tree[part[2]] = part[3]; tree_packs[part[2]] = part[4]; }
        else { holds[part[1]] = part[3]; read_askers(part[1], part[2]); };
    };
};
function read_askers(pack, names,   list, n, i) {
    n = split(names, list, " ");
    for (i = 1; i <= n; i++) {
        if (list[i] !~ /\//) asks[list[i]] = pack;
        else { text_asks[list[i]] = pack; texts_asked = texts_asked "|" list[i]; };
    };
};

function use_pack(name, why,   list, n, i) {
    note("pack:" name, why);
    if (name in packed) return;
    packed[name] = 1;
    packing++;
    why = "in\tpack:" name;
    n = split(holds[name], list, " ");
    for (i = 1; i <= n; i++) {
        if (list[i] == "nsswitch") use_nsswitch(why);
        else if (list[i] ~ /^\//) reach_glob(list[i], DATA, why);
        else reach_library(list[i], why);
    };
    if (name == "zone" && zone ~ /^:?[A-Z]/) {
        sub(/^:/, "", zone);
        reach("/usr/share/zoneinfo/" zone, DATA, "TZ, in\tpack:zone");
    };
    packing--;
};
function ask_for_text(text, file,   name) {
    for (name in text_asks) if (index(text, name)) use_pack(text_asks[name], "asked for (" name ") by\t" file);
};

function use_nsswitch(why,   line, part, n, i) {
    if (reach("/etc/nsswitch.conf", DATA, why) == "") return;
    reach_library("libnss_files.so.2", why); reach_library("libnss_dns.so.2", why);
    while ((getline line < "/etc/nsswitch.conf") > 0) {
        if (line !~ /^(passwd|group|hosts):/) continue;
        n = split(line, part, /[ \t]+/);
        for (i = 2; i <= n; i++) reach_library("libnss_" part[i] ".so.2", why);
    };
    close("/etc/nsswitch.conf");
};

# The rules by which PAM lets the users of a program in: those of its package, those that no package owns, and the others.
function use_rules(file,   i, path) {
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (parent(path) != "/etc/pam.d" || path ~ /\/common-/) continue;
        if (!(path in owner) || is_related(owner_of(file), owner[path]) || base(path) == "other") {
            reach(path, CONFIG, "rules for\t" file);
        };
    };
};

# Interpreters keep their module trees whole.
function use_trees(file,   shape, list, n, i) {
    for (shape in tree) if (base(file) ~ shape) {
        n = split(tree[shape], list, " ");
        for (i = 1; i <= n; i++) keep_tree(list[i], "modules of\t" file);
        n = split(tree_packs[shape], list, " ");
        for (i = 1; i <= n; i++) use_pack(list[i], "asked for by\t" file);
    };
};
function keep_tree(pattern, why,   i, path, shape) {
    note("tree:" pattern, why);
    if (pattern in grown) return;
    grown[pattern] = 1;
    why = "below\ttree:" pattern;
    shape = glob(pattern);
    for (i = 1; i <= count; i++) if (every[i] ~ shape && every[i] !~ never) reach(every[i], DATA, why);
    for (path in target) if (path ~ shape && path !~ never) reach(path, DATA, why);
};

# Converters of the character sets that the author files or the locale name, beside the usual ones.
function use_charsets(   i, list, n, name) {
    if (!("charsets" in packed)) return;
    for (i = 1; i <= count; i++) if (every[i] ~ /\/gconv\/gconv-modules(\.cache|\.d\/.*)?$/) read_converters(every[i]);
    name = language;
    sub(/^[^.]*\.?/, "", name); sub(/@.*/, "", name);
    n = split("ISO-8859-1 ISO-8859-15 CP1252 UTF-16 UTF-32 UTF-7 " name, list, " ");
    for (i = 1; i <= n; i++) charset[toupper(list[i])] = 1;
    for (name in charset) {
        i = name "//";
        n = split(converters[i in alias ? alias[i] : i], list, " ");
        for (i = 1; i <= n; i++) reach(gconv "/" list[i] ".so", DATA, "character set " name ", in\tpack:charsets");
    };
};
function read_converters(path,   line, part) {
    reach(path, DATA, "in\tpack:charsets");
    if (path ~ /cache$/) return;
    gconv = path;
    sub(/\/gconv\/.*/, "/gconv", gconv);
    while ((getline line < path) > 0) {
        split(line, part, /[ \t]+/);
        if (part[1] == "alias") alias[part[2]] = part[3];
        if (part[1] != "module") continue;
        if (part[2] != "INTERNAL") converters[part[2]] = converters[part[2]] " " part[4];
        if (part[3] != "INTERNAL") converters[part[3]] = converters[part[3]] " " part[4];
    };
    close(path);
};
# Messages in the languages that the environment names, of libc and of packages in use.
function use_catalogues(   i, list, n, shape) {
    if (!("locale" in packed)) return;
    n = split(messages, list, ":");
    for (i = 1; i <= n; i++) {
        sub(/[.@].*/, "", list[i]);
        if (list[i] !~ /^[a-z][a-z][a-z]?(_[A-Z]+)?$/) continue;
        shape = either(shape, list[i]);
        sub(/_.*/, "", list[i]);
        shape = either(shape, list[i]);
    };
    if (shape == "") return;
    shape = "^/usr/share/locale/(" shape ")/LC_MESSAGES/[^/]+[.]mo$";
    for (i = 1; i <= count; i++) {
        if (every[i] !~ shape || base(every[i]) != "libc.mo" && !(source_of(every[i]) in in_use)) continue;
        reach(every[i], DATA, "messages, in\tpack:locale");
    };
};

function note_charset(word) {
    if (word ~ /^[A-Za-z][A-Za-z0-9_.:()-]*[0-9-][A-Za-z0-9_.:()-]*$/) charset[toupper(word)] = 1;
};
