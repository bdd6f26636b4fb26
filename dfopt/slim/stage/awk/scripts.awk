# Scripts: interpreter, command words and paths of shell scripts; paths and spawned programs of other languages.

function script(file, head,   part, interpreter) {
    sub(/^#! */, "", head);
    split(head, part, /[ \t]+/);
    interpreter = part[1];
    reach(interpreter, PROGRAM, "interpreter of\t" file);
    if (base(interpreter) == "env") {
        interpreter = part[2] == "-S" ? part[3] : part[2];
        run(interpreter, "interpreter of\t" file);
    };
    use_package(owner_of(file), "package of\t" file);
    if (base(interpreter) ~ /^node(js)?$/) use_modules(owner_of(file));
    if (base(interpreter) ~ /^(ba|da|a|k|mk|z)?sh$/) shell(file);
    else if (!(file in own_work)) code(file);
};

function shell(file) {
    while (next_line(file) > 0) shell_line(text_line, file);
    leave(file);
};

function shell_line(line, file,   part, n, i, unquoted, given) {
    if (line ~ /^[ \t]*#/) return;
    sub(/[ \t]#[^"\047]*$/, "", line);
    given = expanded(line, given_value);
    line = expanded(line, value);
    if (given != line) { gsub(/"/, "", given); shell_paths(given, file); };
    unquoted = line;
    gsub(/"/, "", unquoted);
    note_value(unquoted);
    note_search(unquoted);
    note_source(unquoted, file);
    shell_paths(line, file);
    if (unquoted != line) shell_paths(unquoted, file);
    run_own(line, file);
    sub(/^[ \t]*[(]?["A-Za-z0-9_*.|-]+[)]/, "", line);
    gsub(/[$][(]|[|][|]|&&|`|[;|&(){}]/, "\n", line);
    n = split(line, part, "\n");
    for (i = 1; i <= n; i++) command_words(part[i], file);
};

# Variables of known value in their places: those of the image, and those that hold a path which is there or a program.
# What a script sets may be meant for images that set nothing, so both values count.
function expanded(line, known,   done, name) {
    while (match(line, /[$][{]?[A-Za-z_][A-Za-z0-9_]*[}]?/)) {
        name = substr(line, RSTART, RLENGTH);
        done = done substr(line, 1, RSTART - 1);
        line = substr(line, RSTART + RLENGTH);
        gsub(/[${}]/, "", name);
        done = done (name in known ? known[name] : name in value ? value[name] : "$1");
    };
    return done line;
};
function read_environment(   name) {
    split("", value); split("", given_value);
    for (name in ENVIRON) {
        if (name !~ passing && ENVIRON[name] ~ /^[^\n]+$/) value[name] = given_value[name] = ENVIRON[name];
    };
};

# Files that variables of the image name, such as libraries to load first.
function follow_environment(   name, list, n, i, place) {
    for (name in ENVIRON) {
        if (name ~ passing) continue;
        n = split(ENVIRON[name], list, /[ \t\n:;=,]+/);
        for (i = 1; i <= n; i++) {
            place = list[i] ~ /^\// ? real(list[i]) : "";
            if (is_telling(place) && !is_directory(place)) reach(list[i], role_of(place), "variable " name);
        };
    };
};

function note_value(line,   name, path) {
    if (!match(line, /(^|[ \t;])[A-Za-z_][A-Za-z0-9_]*=["\047]?([$]1)?[A-Za-z0-9_.\/-]+/)) return;
    name = path = substr(line, RSTART, RLENGTH);
    sub(/^[ \t;]*/, "", name); sub(/=.*/, "", name);
    sub(/^[^=]*=["\047]?/, "", path);
    if (path ~ /^\// ? real(path) != "" : program(path = base(path)) != "") value[name] = path;
};

# Folders that a script adds to PATH.
function note_search(line,   list, n, i) {
    if (!match(line, /(^|[ \t;])PATH=[^ \t;]+/)) return;
    n = split(substr(line, RSTART, RLENGTH), list, /[:=]/);
    for (i = 2; i <= n; i++) {
        if (list[i] ~ /^\// && is_directory(real(list[i])) && index(":" search ":", ":" list[i] ":") == 0) search = search ":" list[i];
    };
};

function note_source(line, file,   path) {
    if (!match(line, /(^|[ \t;&|])([.]|source)[ \t]+["]?\/[A-Za-z0-9_.\/-]+/)) return;
    path = substr(line, RSTART, RLENGTH);
    sub(/^[^\/]*/, "", path);
    if (reach(path, DATA, "sourced by\t" file) == "" || real(path) in sourced) return;
    sourced[real(path)] = 1;
    shell(real(path));
};

function shell_paths(line, file,   path, before, place) {
    while (match(line, /\/[A-Za-z0-9_.+*\/-]+/)) {
        before = RSTART == 1 ? "" : substr(line, RSTART - 1, 1);
        path = substr(line, RSTART, RLENGTH);
        line = substr(line, RSTART + RLENGTH);
        sub(/\/[^\/]*[*].*/, "", path);
        place = real(path);
        if (before ~ /[A-Za-z0-9_.}$]/ || !is_telling(place) && place !~ named_places) continue;
        reach(path, is_executable(place) ? PROGRAM : DATA, "named in\t" file);
        if (!is_directory(place)) continue;
        sweep_made(place, "named in\t" file);
        reach(place "/bin/java", PROGRAM, "named in\t" file); reach(place "/jre/bin/java", PROGRAM, "named in\t" file);
    };
};

# What no package has below a folder that a script names.
function sweep_made(directory, why,   i, path) {
    note("tree:" directory "/**", why);
    if (directory in combed) return;
    combed[directory] = 1;
    why = "below\ttree:" directory "/**";
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (is_directory(path) || !is_below(path, directory)) continue;
        reach(path, is_executable(path) ? PROGRAM : DATA, why);
    };
    for (path in target) if (is_below(path, directory)) reach(path, DATA, why);
};
function is_below(path, directory) {
    return index(path, directory "/") == 1 && !(path in owner) && (path !~ never || directory ~ named_places);
};

# Programs that the author brought or made, by their names, however the paths before these are computed.
function run_own(line, file,   part, n, i, name, shape) {
    n = split(line, part, /[ \t"\047`;&|()<>=,]+/);
    for (i = 1; i <= n; i++) {
        name = base(part[i]);
        if (name in own_programs) run_each(own_programs[name], file);
        else if (name ~ /[$*]/) {
            gsub(/[$]([0-9]|[A-Za-z_][A-Za-z0-9_]*)?/, "*", name);
            gsub(/[*]+/, "*", name);
            if (name !~ /[A-Za-z0-9][A-Za-z0-9]/) continue;
            shape = glob(name);
            for (name in own_programs) if (name ~ shape) run_each(own_programs[name], file);
        };
    };
};
function run_each(paths, file,   list, n, i) {
    n = split(paths, list, "\n");
    for (i = 1; i < n; i++) if (real(list[i]) != real(file)) reach(list[i], PROGRAM, "run by\t" file);
};

# The first word of a command, and the words after one that runs another command.
function command_words(text, file,   part, n, i, word, wrapped, is_service) {
    n = split(text, part, /[ \t]+/);
    for (i = 1; i <= n; i++) {
        word = part[i];
        gsub(/["\047]/, "", word);
        if (word == "" || word ~ prefix_word || word ~ /^[A-Za-z_][A-Za-z0-9_]*=/) continue;
        if (word ~ /^[A-Za-z0-9_.+-]+$/ && !(word in builtin)) run(word, "run by\t" file);
        else if (word ~ /^[$]/ && base(word) ~ /^([$]1)?[A-Za-z0-9_.+-]+$/) {
            word = base(word);
            sub(/^[$]1/, "", word);
            if (!(word in builtin)) run(word, "run by\t" file);
        } else if (word ~ /^([A-Za-z0-9_.+-]*[A-Za-z0-9][A-Za-z0-9_.+-]+|\/[A-Za-z0-9_.+\/-]+)[$]/) run_computed(word, file);
        if (is_service) reach("/etc/init.d/" word, PROGRAM, "run by\t" file);
        is_service = is_service || base(word) ~ /^(service|invoke-rc[.]d|rc-service)$/;
        wrapped = wrapped || is_service || base(word) ~ wrapper;
        if (!wrapped) return;
    };
};

# A command word with variables in it: the programs whose names fit, of packages that the author installed by name or
# that those need.
function run_computed(word, file,   is_name, shape, i, path) {
    gsub(/[$]([0-9]|[A-Za-z_][A-Za-z0-9_]*)?/, "*", word);
    if (base(word) !~ /[A-Za-z0-9]/) return;
    is_name = word !~ /\//;
    shape = glob(word);
    for (i = 1; i <= count; i++) {
        path = every[i];
        if ((is_name ? base(path) : path) !~ shape || is_name && !is_program_path(path)) continue;
        if (is_executable(path) && owner_of(path) in wished) reach(path, PROGRAM, "run by\t" file);
    };
};

# Source text: paths, names of programs that were installed by name, and what it hands to a shell.
function code(path,   words, line, endings) {
    words = "[/\"`" quote "][A-Za-z0-9_.+/-]+[\"`" quote " ]?";
    words = grep_texts(path, "", "-ho" text_only "E " quoted(words)) " | sort -u";
    while ((words | getline line) > 0) code_word(line, path);
    close(words);
    endings = "py js mjs cjs ts rb ru php pl pm psgi cgi lua sh java kt go rs c cc cpp ex exs";
    if (find_spawning(path, endings, spawning)) find_commands(path, endings);
    find_spawning(path, "rb ru php pl pm psgi cgi sh", "`");
};

function code_word(word, file,   place) {
    gsub(/["\047` ]/, "", word);
    note_charset(word);
    ask_for_text(word, file);
    if (word !~ /^\//) { if (is_wanted(program(word))) run(word, "named in\t" file); return; };
    place = real(word);
    if (!is_telling(place)) return;
    if (is_directory(place)) sweep(place, "named in\t" file, "");
    else reach(word, is_executable(place) ? PROGRAM : DATA, "named in\t" file);
};

# A program of a package that was installed by name, or of none; of a link, the packages on the way to it count, too.
function is_wanted(path,   list, n, i) {
    if (path == "") return 0;
    n = split(links_to(path), list, "\n");
    for (i = 1; i < n; i++) if (owner_of(list[i]) in named) return 1;
    return owner_of(real(path)) in named || is_authors(real(path));
};

# Lines that start a process, and those after them: their string literals are read as shell text.
function find_spawning(path, endings, shape,   lines, line, some) {
    if (!is_directory(real(path)) && base(path) !~ /\.[a-z]+$/) endings = "";
    lines = grep_texts(path, endings, "-h" text_only "E -A 1 " quoted(shape)) " | cut -c -2000";
    while ((lines | getline line) > 0) { spawned(line, path); some = 1; };
    close(lines);
    return some;
};
function spawned(line, file,   literal) {
    use_pack("shell", "asked for by\t" file);
    while (match(line, /"[^"]+"|\047[^\047]+\047|`[^`]+`/)) {
        literal = substr(line, RSTART + 1, RLENGTH - 2);
        line = substr(line, RSTART + RLENGTH);
        shell_line(literal, file);
    };
};

# Where something starts processes, a helper of its own may be handed the commands: by its name, or texts and lists that
# look like some. A name with a number behind it ("service %d") is a message.
function find_commands(path, endings,   word, shape, lines, line) {
    if (!is_directory(real(path)) && base(path) !~ /\.[a-z]+$/) endings = "";
    word = "[a-z][a-z0-9_.+-]*";
    shape = command_taking "(\"[^\"]*\"|" quote "[^" quote "]*" quote "|`[^`]*`)";
    shape = shape "|[[(] *[\"" quote "]" word "[\"" quote "] *(]|, *([[]|[\"" quote "][-/]))";
    shape = shape "|\"" word " [^\"]*\"|" quote word " [^" quote "]*" quote "|`" word " [^`]*`";
    lines = grep_texts(path, endings, "-ho" text_only "E " quoted(shape)) " | cut -c -2000 | sort -u";
    while ((lines | getline line) > 0) handed_command(line, path);
    close(lines);
};
function handed_command(text, file) {
    if (match(text, command_taking)) shell_line(literal_of(substr(text, RSTART + RLENGTH)), file);
    else if (text !~ /^[\[(]/) { if (looks_like_command(literal_of(text))) shell_line(literal_of(text), file); }
    else {
        sub(/^[\[( ]*["\047]/, "", text); sub(/["\047].*/, "", text);
        if (is_basic(text)) run(text, "named in\t" file);
    };
};
function literal_of(text) { return substr(text, 2, length(text) - 2); };
function looks_like_command(text,   word) {
    if (text ~ /^[^ ]+ %[0-9.]*[dfglux]/) return 0;
    word = text;
    sub(/ .*/, "", word);
    return is_basic(word) || text ~ /[|;&<>$]| -/ && program(word) != "" || word in builtin && text ~ /[^|][|] *[a-z]|&& *[a-z]/;
};
# A program of a package that every system has, and that any program may therefore run.
function is_basic(name) {
    return !(name in builtin) && program(name) != "" && (name == "awk" || owner_of(real(program(name))) in essential);
};

# A search through the text of a file or tree, what others wrote left out.
function grep_texts(path, endings, how,   list, n, i, wanted, others) {
    others = "\\( -name node_modules -o -name .git -o -name site-packages -o -name vendor \\) -prune -o";
    n = split(endings, list, " ");
    for (i = 1; i <= n; i++) wanted = wanted (i == 1 ? "\\( " : " -o ") "-name \"*." list[i] "\"";
    if (n) wanted = wanted " \\)";
    return "find " quoted(path) " " others " -type f " wanted " -exec grep " how " {} + 2> /dev/null";
};
