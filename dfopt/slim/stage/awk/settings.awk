# Settings: absolute and relative paths, globs, and the names of plug-ins.

# The text by which libtool finds a plug-in names that one alone.
function chooses(file) { return file !~ /[.]la$/; };
function settings(file) {
    choosing = chooses(file);
    while (next_line(file) > 0) if (text_line !~ /^[ \t]*[#;]/ && length(text_line) < 4000) setting(text_line, file);
    leave(file);
    choosing = 0;
};

# A plain word may name a plug-in by chance (a format, a language), so it alone does not say that others are unwanted.
function setting(line, file,   part, n, i, word) {
    if (match(line, /^[ \t]*[A-Za-z_.-]*([Cc]ommand|[Ee]xec|cmd|Exec[A-Z][A-Za-z]*)[ \t]*[=:]/)) {
        shell_line(substr(line, RSTART + RLENGTH), file);
    };
    running_pages = line ~ pages_setting;
    n = split(line, part, /[ \t"=,;:(){}<>|`\[\]\047]+/);
    for (i = 1; i <= n; i++) {
        word = part[i];
        if (!(file in owner)) note_charset(word);
        if (word ~ /^\/./) follow(word, file);
        else if (word ~ /^[A-Za-z0-9_.*?\/-]+$/ && word ~ /[\/.*]/ && word ~ /[A-Za-z]/) {
            if (!relative(word, file) && (sub(/\.la$/, ".so", word) || word ~ /\.so$/)) load_plugin(word, file);
        } else if (word ~ /^[A-Za-z0-9_-]+$/ && !include(part, i, file)) {
            choosing = chooses(file) && (word ~ /[_-]/ || line ~ plugins_setting);
            load_plugin(word ".so", file);
            choosing = chooses(file);
            run_helpers_in_use(word, file);
        };
    };
    if (match(line, /[A-Za-z0-9-]+/) && line ~ /^[ \t]*[a-z]/) load_section(substr(line, RSTART, RLENGTH) ".so", file);
};

# A bare word behind an include directive is a file beside the one that includes it.
function include(part, i, file) {
    return i > 1 && part[i - 1] ~ including && reach(join(parent(file), part[i]), CONFIG, "included by\t" file) != "";
};

# A path relative to the file, or to a directory above it.
function relative(word, file,   directory) {
    for (directory = parent(file); directory != "/" && directory != "/etc"; directory = parent(directory)) {
        if (word ~ /[*?]/) { if (reach_glob(join(directory, word), CONFIG, "included by\t" file)) return 1; }
        else if (real(join(directory, word)) != "") { follow(join(directory, word), file); return 1; };
    };
    return 0;
};

function follow(path, file,   place) {
    if (path ~ /[*?]/) { if (path !~ too_general) reach_glob(path, CONFIG, "included by\t" file); return; };
    reach_compiled(path, file);
    place = real(path);
    if (!is_telling(place)) return;
    reach(path, role_of(place), "named in\t" file);
    if (!is_directory(place)) return;
    if (file ~ /^\// && running_pages) run_pages(place, file);
    if (place ~ /^\/etc\//) reach_settings(place, "directory named in\t" file);
    else sweep(place, "directory named in\t" file, "");
};

# The programs in a folder from which a server runs them, as a line of its settings says that is about CGI.
function run_pages(directory, file,   i, path) {
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (index(path, directory "/") == 1 && is_executable(path)) reach(path, PROGRAM, "run by\t" file);
    };
};

# Tables that a program looks up in compiled form, beside or instead of the text that settings name.
function reach_compiled(path, file,   list, n, i) {
    n = split("db cdb lmdb dir pag", list, " ");
    for (i = 1; i <= n; i++) if (path !~ /\/$/) reach(path "." list[i], DATA, "compiled form of what is named in\t" file);
};

# Plug-ins of the settings own source, by the ends of their names, as sections of freeradius have them (eap, rlm_eap.so);
# they say nothing of the others in the folder.
function load_section(name, file,   list, names, n, m, i, j) {
    if (!(name in longer)) return;
    choosing = 0;
    n = split(longer[name], names, "\n");
    for (i = 1; i < n; i++) {
        m = split(libraries[names[i]], list, "\n");
        for (j = 1; j < m; j++) if (same_source(owner_of(real(list[j])), owner_of(file))) load_plugin(names[i], file);
    };
    choosing = chooses(file);
};

# A plug-in by its base name, of a package in use, with the text by which libtool finds it.
function load_plugin(name, file,   list, n, i, place) {
    n = split(libraries[name] libraries[libtool_name(name)], list, "\n");
    for (i = 1; i < n; i++) {
        place = real(list[i]);
        if (is_public_library(list[i]) || place in owner && !(source_of(place) in in_use) || place ~ never) continue;
        reach(list[i], list[i] ~ /a$/ ? CONFIG : DATA, "named in\t" file);
    };
};
function libtool_name(name) { sub(/\.so$/, ".la", name); return name; };

# A program by its name that a package in use keeps for its own, as the services of a mail server are.
function run_helpers_in_use(name, file,   list, n, i) {
    if (!(name in helpers)) return;
    n = split(helpers[name], list, "\n");
    for (i = 1; i < n; i++) {
        if (source_of(list[i]) in in_use && list[i] !~ never) reach(list[i], PROGRAM, "named in\t" file);
    };
};
