# Packages: who owns a file, and what a package that is used brings with it.

function read_packages(   line, part, path, n, i) {
    while ((getline line < "packages") > 0) {
        split(line, part, "\t");
        if (part[2] != "virtual" || !(part[1] in source)) source[part[1]] = part[2];
        needs[part[1]] = needs[part[1]] " " part[3];
        if (part[4] != "") essential[part[1]] = 1;
    };
    while ((getline line < "owners") > 0) {
        split(line, part, "\t");
        path = itself(part[2]);
        if (is_directory(path)) { owned[path] = 1; note_folder(path, source[part[1]]); };
        if (path in target ? parent(path) == "/" : !(path in kind) || is_directory(path)) continue;
        if (path in owner) continue;
        owner[path] = part[1];
        owning = 1;
        files[part[1]] = files[part[1]] path "\n";
        if (is_program_path(path)) has_programs[part[1]] = 1;
        if (is_public_library(path)) has_libraries[part[1]] = 1;
        note_helper(path, part[1]);
    };
    read_set_up();
    while ((getline line < "named") > 0) {
        named[line] = wished[line] = 1;
        n = split(needs[line], part, " ");
        for (i = 1; i <= n; i++) wished[part[i]] = 1;
    };
};

# Folders that packages of one source have for themselves.
function note_folder(path, name) {
    if (path !~ own_places) return;
    if (path in folder_of && folder_of[path] != name) name = "";
    folder_of[path] = name;
};
# What no package has in such a folder: made when it was set up (settings, lists of plug-ins), or by the author.
function read_set_up(   i, path, name) {
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (path !~ own_places || is_directory(path) || path in owner || path ~ never) continue;
        name = parent(path) in folder_of ? folder_of[parent(path)] : "";
        if (name != "") set_up[name] = set_up[name] path "\n";
    };
};

# What a package keeps for its own programs: programs that no folder of PATH has, and plug-ins, by name.
function note_helper(path, package,   name) {
    if (!(package in source)) return;
    name = base(path);
    if (is_executable(real(path)) && !is_in_search(parent(path))) {
        helpers[name] = helpers[name] path "\n";
        helpers[source[package], name] = helpers[source[package], name] path "\n";
    } else if (sub(/[.]so$/, "", name) && !is_public_library(path)) {
        plugin_names[source[package]] = plugin_names[source[package]] name "\n";
    };
};
function is_in_search(directory,   list, n, i) {
    if (directory in in_search) return in_search[directory];
    n = split(search, list, ":");
    for (i = 1; i <= n; i++) if (real(list[i]) == directory) return in_search[directory] = 1;
    return in_search[directory] = 0;
};

# A program, but not one that lies among the modules of a package for Node, which require it.
function is_program_path(path) {
    return parent(path) ~ /\/(s?bin|games)$/ && kind_of(real(path)) == "x" && path !~ /^\/usr\/share\/nodejs\//;
};
function owner_of(path) { return path in owner ? owner[path] : ""; };
function source_of(path) { return path in owner && owner[path] in source ? source[owner[path]] : ""; };
function same_source(one, other) { return one in source && other in source && source[one] == source[other]; };
function is_related(name, other) { return same_source(name, other) || index(" " needs[name] " ", " " other " "); };

# A package whose program or library is used brings its data and settings, and those of what it needs from the same
# source; classes, too, whose archives do not show that they need each other. One that the author installed by name also
# brings packages of nothing but data.
function use_package(name, why,   list, n, i) {
    if (name == "") return;
    note("package:" name, why);
    if (name in used) return;
    used[name] = 1;
    if (name in source) in_use[source[name]] = 1;
    n = split(files[name], list, "\n");
    for (i = 1; i < n; i++) sweep_file(list[i], "data of\tpackage:" name);
    n = split(set_up[source[name]], list, "\n");
    for (i = 1; i < n; i++) {
        reach(list[i], is_executable(list[i]) ? PROGRAM : list[i] ~ /^\/etc\// ? CONFIG : DATA, "beside\tpackage:" name);
    };
    n = split(needs[name], list, " ");
    for (i = 1; i <= n; i++) {
        if (same_source(name, list[i]) || language_of(list[i]) == "java" || name in named && is_mere_material(list[i])) {
            use_package(list[i], "beside\tpackage:" name);
        };
    };
};

function is_mere_material(name) {
    return name in source && !(name in has_programs) && !(name in has_libraries) && !(name in essential) && language_of(name) == "";
};

# What the author installed by name and has no program of its own is wanted for itself, with what it needs.
function use_named(name, by,   list, n, i, why) {
    why = by == "" ? "installed by name" : "needed by\tpackage:" by;
    if (("package:" name) in asks) {
        note("package:" name, why);
        use_pack(asks["package:" name], "asked for by\tpackage:" name);
    };
    if (name ~ /-(dev|doc|dbg|dbgsym)$/ || !(name in source)) return;
    if (name in has_programs && !is_module(name, by)) return;
    use_package(name, why);
    if (name in wanted) return;
    wanted[name] = 1;
    n = split(files[name], list, "\n");
    for (i = 1; i < n; i++) if (is_public_library(list[i])) reach(list[i], DATA, "library of\tpackage:" name);
    n = split(needs[name], list, " ");
    for (i = 1; i <= n; i++) if (!(list[i] in has_libraries)) use_named(list[i], name);
};

# A program of a package, written for Node, needs the modules that its package needs: they are no tree that is kept whole.
function use_modules(name,   list, n, i) {
    if (name == "" || name in modular) return;
    modular[name] = 1;
    n = split(needs[name], list, " ");
    for (i = 1; i <= n; i++) {
        if (language_of(list[i]) != "node-" && source[name] != "virtual") continue;
        use_package(list[i], "needed by\tpackage:" name);
        use_modules(list[i]);
    };
};

# Modules of a language need each other whether they have programs or not.
function is_module(name, by) { return language_of(name) != "" && (by == "" || language_of(by) == language_of(name)); };
function language_of(name) {
    if (match(name, /^(node|python3|ruby|php[0-9.]*)-/)) return substr(name, 1, RLENGTH);
    return name ~ /^lib.*-perl$/ ? "perl" : name ~ /^lib.*-(java|jni)$/ ? "java" : "";
};

# A file that only its surroundings bring: no documentation, no other program, no library that nothing loads.
function sweep_file(path, why) {
    if (path ~ never || real(path) == "" || is_directory(path)) return;
    if (path in target && (real(path) ~ never || real(path) ~ too_general)) return;
    if (is_program_path(path) || is_public_library(path)) return;
    if (path ~ plugin_name) plugins[path] = plugins[path] "\nplug-in, " why;
    else if (path in kept) note(path, why);
    else reach(path, DATA, why);
};

# What lies below a directory; with `own`, only what that package, its source, used packages or no package own.
function sweep(directory, why, own,   i, path) {
    note("tree:" directory "/**", why);
    why = "below\ttree:" directory "/**";
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (index(path, directory "/") == 1 && is_own(path, own)) sweep_file(path, why);
    };
    for (path in target) {
        if (index(path, directory "/") == 1 && !(path in owner) && path !~ never) reach(path, DATA, why);
    };
};
function is_own(path, own) { return own == "" || !(path in owner) || same_source(owner[path], own) || owner[path] in used; };

# Plug-ins of a directory: those that settings name; all of them where settings name none.
function settle_plugins(   path, more, list, n, i) {
    for (path in plugins) {
        if (!(parent(path) in chosen)) {
            if (!(path in kept)) more = 1;
            n = split(plugins[path], list, "\n");
            for (i = 2; i <= n; i++) reach(path, DATA, list[i]);
        };
        delete plugins[path];
    };
    return more;
};

# What a set-up made beside plug-ins or above their folder, such as a list of them: no package has it.
function use_registries(   path, directory, beside, i) {
    for (path in kept) {
        if (!(path in owner) || path !~ plugin_name || is_public_library(path)) continue;
        for (directory = parent(path); directory in owned && directory !~ too_general; directory = parent(directory)) {
            if (directory in beside) break;
            beside[directory] = path;
        };
    };
    for (i = 1; i <= count; i++) {
        path = every[i];
        directory = parent(path);
        if (path in owner || is_directory(path) || !(directory in beside) || path ~ never) continue;
        reach(path, DATA, "beside\t" beside[directory]);
    };
};

# Data that only programs which are not here name (the scripts of a set-up tool, say) goes with them. Archives of
# classes stay, since Java takes all of a folder, and settings, which such archives may read.
function drop_foreign_data(   path, from, names, here, there) {
    for (path in kept) {
        if (is_mere_data(path) && length(base(path)) > 7) names[source_of(path)] = names[source_of(path)] base(path) "\n";
    };
    for (path in owner) {
        from = source_of(path);
        if (from == "" || !(from in names) || kind_of(path) !~ /^[fx]$/) continue;
        if (!(path in kept) && is_program_path(path)) there[from] = there[from] " " quoted(path);
        if (path in kept && (as[path] != DATA || path ~ /\.so/)) here[from] = here[from] " " quoted(path);
    };
    for (from in names) if (from in there && from in here) {
        names_in(from, names[from], there[from], others);
        names_in(from, names[from], here[from], ours);
    };
    for (path in kept) {
        from = source_of(path) SUBSEP base(path);
        if (path ~ /[.]jar$/ || real(path) ~ /^\/etc\//) continue;
        if (is_mere_data(path) && from in others && !(from in ours)) delete kept[path];
    };
};
function is_mere_data(path) { return kept[path] ~ /^data of\t/ && path !~ /^\/usr\/share\/nodejs\//; };
function names_in(from, names, places, result,   command, line) {
    printf "%s", names > "names";
    close("names");
    command = "cat " places " | tr -c \"!-~\" \"\\n\" | grep -oF -f names | sort -u";
    while ((command | getline line) > 0) result[from, line] = 1;
    close(command);
};

# The packages of which something is here.
function record_packages(   path, present) {
    for (path in kept) if (path in owner) present[owner[path]] = 1;
    for (path in present) print path > "present";
};
