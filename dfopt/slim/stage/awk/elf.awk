# Programs and libraries: what the loader lists, what they import, the paths and names in their text.

function binary(file,   own) {
    if (file ~ /\/(ld-(linux|musl)[^\/]*|libc\.so\.6|libc-2[^\/]*\.so)$/) return;
    own = !is_public_library(file);
    if (!(file in listed)) list_libraries(file);
    if (!(file in owner) && as[file] == PROGRAM) take(named_loader(file), DATA, "library of\t" file);
    read_symbols(file);
    note_libraries(file);
    if (as[file] == PROGRAM || !is_executable(file)) use_package(owner_of(file), "package of\t" file);
    if (!own) use_trees(file);
    read_strings(file, own);
    if (!(file in owner)) read_own_text(file);
    else if (as[file] == PROGRAM && !(owner[file] in essential)) {
        run_companions(file);
        load_companions(file);
    };
};

function list_libraries(file,   command, line, part) {
    if (loader == "") loader = find_loader(file);
    if (loader == "") return;
    command = loader " --list " quoted(file) " 2> /dev/null";
    while ((command | getline line) > 0) {
        split(line, part, " ");
        if (line ~ /not found/) print "dfopt: " file " needs " part[1] ", which is not there" > "/dev/stderr";
        line = part[2] == "=>" ? part[3] : part[1];
        if (line !~ /^\// || real(line) == file) continue;
        listed[real(line)] = 1;
        provider[part[1]] = line;
        all_libraries[file] = all_libraries[file] part[1] "\n";
        take(line, DATA, "library of\t" file);
    };
    close(command);
};

# The loader lists what libraries need too, so each file notes what it names itself; all, where that could not be read.
function note_libraries(file,   list, n, i) {
    n = split(file in needed ? needed[file] : all_libraries[file], list, "\n");
    for (i = 1; i < n; i++) if (list[i] in provider) note(provider[list[i]], "library of\t" file);
};

# The loader that a program names within its first page, or any that is there.
function find_loader(file,   line, list) {
    line = named_loader(file);
    if (line != "") return line;
    for (line in libraries) if (line ~ /^ld-(linux|musl)/) { split(libraries[line], list, "\n"); return list[1]; };
    return "";
};
function named_loader(file,   command, line) {
    command = "head -c 4096 " quoted(file) " | tr -c \"!-~\" \"\\n\" | grep -E \"^/.*/ld[-.0-9a-z]*[^/]*$\"";
    if ((command | getline line) <= 0) line = "";
    close(command);
    return line != "" && real(line) != "" ? line : "";
};

# Numbers of `size` bytes each, from an offset, into list[0..]; their count.
function numbers(file, offset, bytes, size, list,   command, line, part, n, m, i) {
    command = "od -An -v -tu" size " -j " offset " -N " bytes " " quoted(file);
    n = 0;
    while ((command | getline line) > 0) { m = split(line, part, " "); for (i = 1; i <= m; i++) list[n++] = part[i]; };
    close(command);
    return n;
};

# The imports: symbols of the dynamic table (section type 11) that no section of the file itself defines.
# A section header has 16 words in 64-bit files, else 10; of 64-bit numbers the low word is read.
function read_symbols(file,   b, h, w, s, wide, big, step, at, n, i, size) {
    if (numbers(file, 0, 64, 1, b) < 52) return;
    wide = b[4] == 2; big = b[5] == 2; step = wide ? 16 : 10;
    numbers(file, 0, 64, 2, h); numbers(file, 0, 64, 4, w);
    n = wide ? h[30] : h[24];
    numbers(file, wide ? w[10 + big] : w[8], n * step * 4, 4, s);
    for (i = 0; i < n && s[i * step + 1] != 11; i++);
    if (i == n) { static(file); return; };
    at = i * step;
    i = s[at + (wide ? 10 : 6)] * step;
    read_names(file, s[i + (wide ? 6 + big : 4)], s[i + (wide ? 8 + big : 5)]);
    for (i = 0; i < n && s[i * step + 1] != 6; i++);
    i *= step;
    if (i < n * step) read_needed(file, s[i + (wide ? 6 + big : 4)], s[i + (wide ? 8 + big : 5)], wide, big);
    size = numbers(file, s[at + (wide ? 6 + big : 4)], s[at + (wide ? 8 + big : 5)], 4, w);
    for (i = 0; i < size; i += wide ? 6 : 4) {
        n = wide ? w[i + 1] : w[i + 3];
        if (big ? n % 65536 : int(n / 65536)) continue;
        imported(name_at(w[i]), file);
    };
    if (sets_clock(file) && !(owner_of(file) in essential)) use_pack("zones", "asked for (sets TZ) by\t" file);
};
# The libraries that the dynamic section names: its entries with the tag 1.
function read_needed(file, offset, bytes, wide, big,   w, n, i) {
    needed[file] = "";
    n = numbers(file, offset, bytes, 4, w);
    for (i = 0; i < n; i += wide ? 4 : 2) {
        if (w[wide ? i + big : i] == 1) needed[file] = needed[file] name_at(w[wide ? i + 2 + big : i + 1]) "\n";
    };
};

# The names of a string table, each with its place: put together as one text, the megabytes of a large one take minutes.
function read_names(file, offset, bytes,   command, line, place) {
    command = "tail -c +" (offset + 1) " " quoted(file) " | head -c " bytes " | tr \"\\000\" \"\\n\"";
    name_count = place = 0;
    while ((command | getline line) > 0) {
        name_place[name_count] = place;
        name_text[name_count++] = line;
        place += length(line) + 1;
    };
    close(command);
};
function name_at(place,   low, high, middle) {
    high = name_count - 1;
    while (low < high) {
        middle = int((low + high + 1) / 2);
        if (name_place[middle] > place) high = middle - 1; else low = middle;
    };
    return substr(name_text[low], place - name_place[low] + 1);
};

function imported(name, file) {
    imports[file, name] = 1;
    if (name ~ /^(exec[lv]|posix_spawn|system$|popen$|fexecve)/) spawns[file] = 1;
    if (!(name in asks) || file ~ inert || owner_of(file) in essential && asks[name] ~ utilities_without) return;
    use_pack(asks[name], "asked for (" name ") by\t" file);
    if (asks[name] == "pam") use_rules(file);
};
function sets_clock(file) {
    return (file, "tzset") in imports && ((file, "setenv") in imports || (file, "putenv") in imports);
};

# A static program imports nothing: what it may ask for at run time is small enough to keep.
function static(file) {
    spawns[file] = 1;
    use_pack("users", "asked for by\t" file);
    use_pack("names", "asked for by\t" file);
    use_pack("zone", "asked for by\t" file);
};

# Paths and library names in the text of a program; those of a public library only as far as its own packages go.
function read_strings(file, own,   command, line) {
    command = "tr -c \"!-~\" \"\\n\" < " quoted(file) " | grep -E " quoted(telling_text texts_asked) " | sort -u";
    while ((command | getline line) > 0) {
        ask_for_text(line, file);
        if (line ~ /^[A-Za-z0-9_.+-]+\.so(\.[0-9]+)*$/) { if (own) load(line, file); }
        else if (line !~ /^[A-Z][A-Za-z_]+\/[A-Z][A-Za-z_]+$/) string_paths(line, file, own);
        else if (own) reach("/usr/share/zoneinfo/" line, DATA, "zone named in\t" file);
    };
    close(command);
};
function string_paths(line, file, own,   path, before) {
    while (match(line, /\/[A-Za-z0-9_.+\/-]+/)) {
        before = RSTART == 1 ? "" : substr(line, RSTART - 1, 1);
        path = substr(line, RSTART, RLENGTH);
        line = substr(line, RSTART + RLENGTH);
        if (before ~ /^[=:;,"]?$/) mention(path, file, own);
    };
};

function mention(path, file, own,   place) {
    place = real(path);
    if (!is_telling(place) || place ~ debug_source) return;
    if (is_directory(place)) { if (own) mention_directory(path, place, file); }
    else if (is_executable(place)) { if (own && file in spawns) reach(path, PROGRAM, "named in\t" file); }
    else if (own || is_set_up(place) || is_related(owner_of(file), owner_of(place))) {
        reach(path, role_of(place), "named in\t" file);
    };
};
# Settings that a package made when it was set up belong to none.
function is_set_up(place) { return owning && place ~ /^\/etc\// && !(place in owner) && place !~ inert; };
# A program of no package names the folders of its compiler, too (Go, OCaml, Haskell): what packages have there is not its own.
function mention_directory(path, place, file) {
    if (place !~ /^\/etc\//) { sweep(place, "directory named in\t" file, file in owner ? owner[file] : "none"); return; };
    reach(path, DATA, "named in\t" file);
    reach_settings(place, "settings named in\t" file);
};

# A library or plug-in that a program names: public ones if it can load any, others of the packages in use.
function load(name, file,   list, n, i, is_wanted) {
    n = split(libraries[name], list, "\n");
    for (i = 1; i < n; i++) {
        is_wanted = is_public_library(list[i]) ? (file, "dlopen") in imports : source_of(real(list[i])) in in_use;
        if (is_wanted && list[i] !~ never) reach(list[i], DATA, "loaded by\t" file);
    };
};

# Programs of the same package whose names begin a text of a program: the word within a sentence is advice to people.
function run_companions(file,   list, n, i, name, names, command) {
    n = split(files[owner[file]], list, "\n");
    for (i = 1; i < n; i++) {
        if (is_program_path(list[i]) && real(list[i]) != file && !(real(list[i]) in kept)) names = either(names, plain(base(list[i])));
    };
    if (names == "") return;
    command = "tr -c \" -~\" \"\\n\" < " quoted(file) " | grep -oE " quoted("^/?(" names ")( |$)") " | tr -d \" /\" | sort -u";
    while ((command | getline name) > 0) run(name, "named in\t" file);
    close(command);
};

# Plug-ins of the same source whose names, without their ending, are texts of a program that loads any.
function load_companions(file,   from, command, name) {
    from = source_of(file);
    if (!(from in plugin_names) || !((file, "dlopen") in imports)) return;
    printf "%s", plugin_names[from] > "names";
    close("names");
    command = "tr -c \"!-~\" \"\\n\" < " quoted(file) " | grep -xF -f names | sort -u";
    while ((command | getline name) > 0) load(name ".so", file);
    close(command);
};

# The text of the author program: character sets; commands, if it can start a shell; names of programs that were
# installed by name, if it can start any.
function read_own_text(file,   lines, line, word) {
    lines = "tr -c \" -~\" \"\\n\" < " quoted(file) " | grep -E " quoted("^[A-Za-z][A-Za-z0-9_.+-]+( |$)") " | sort -u";
    while ((lines | getline line) > 0) {
        word = line;
        sub(/ .*/, "", word);
        note_charset(line);
        if (!(file in spawns) || program(word) == "") continue;
        if (line ~ /^[^ ]+ [^%]/ && ((file, "system") in imports || (file, "popen") in imports)) shell_line(line, file);
        if (is_wanted(program(word))) run(word, "named in\t" file);
    };
    close(lines);
};
