# Following: a file is reached as DATA (kept), as CONFIG (its paths and names are followed), or as PROGRAM (it runs).

function reach(path, role, why,   place) {
    place = take(path, role, why);
    if (place != "") note(path, why);
    return place;
};
function take(path, role, why,   place) {
    place = real(path);
    if (place == "" || place ~ elsewhere || is_left_out(path, place)) return "";
    keep_links(path, why);
    keep(place, why);
    if (is_mere_data(place)) kept[place] = why;
    if (choosing && place ~ plugin_name) chosen[parent(place)] = 1;
    if (why == "start" || substr(why, index(why, "\t") + 1) in running) {
        running[place] = 1;
        if (role == PROGRAM && why ~ /^(start|run by)/ && path ~ work_of_others) keep_all(path);
    };
    if (role == PROGRAM && base(path) ~ scheduler) use_jobs(path);
    if (role == PROGRAM && !bringing && match(place, package_managers)) keep_manager(substr(place, 1, RLENGTH - 1), why);
    if (is_directory(place) || place in as && as[place] >= role) return place;
    as[place] = role;
    queue[++last] = place;
    return place;
};

# A package manager of Node that is run is needed whole, and the scripts that the author lets it run.
function keep_manager(directory, why,   i, path, line) {
    if (directory in managed) return;
    managed[directory] = 1;
    bring_tree(directory, why, DATA);
    use_pack("shell", "asked for by\t" directory);
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (path !~ /\/package[.]json$/ || path ~ /\/node_modules\// || path in owner) continue;
        while ((getline line < path) > 0) if (sub(/^[ \t]*"[^"]*"[ \t]*:[ \t]*"/, "", line)) shell_line(line, path);
        close(path);
    };
};

# A program that runs what others bring along (a build tool, a login) may need all of the image.
function keep_all(by,   i, path) {
    if (whole) return;
    whole = 1;
    print "dfopt: " by " runs what others bring along, so all of the image is kept" > "/dev/stderr";
    for (i = 1; i <= count; i++) keep_for(every[i], "may be needed by\t" real(by));
    for (path in target) keep_for(path, "may be needed by\t" real(by));
};
function keep_for(path, why) {
    if (path ~ elsewhere || is_left_out(path, path)) return;
    keep(path, why);
    note(path, why);
};

# What people reject is left out, then what they choose is kept, then what the plan drops is left out.
function is_left_out(path, place) {
    if (rejected != "" && place ~ rejected) return 1;
    if (preferred != "" && (place ~ preferred || path ~ preferred)) return 0;
    return dropped != "" && place ~ dropped;
};

function settle() { do { while (first < last) examine(queue[++first]); } while (settle_plugins()); };

function examine(file,   line) {
    if (kind_of(file) == "p") return;
    if (as[file] == PROGRAM) use_trees(file);
    line = first_line(file);
    if (line ~ /^\177ELF/) binary(file);
    else if (as[file] == PROGRAM && line ~ /^#!/) script(file, line);
    else if (as[file] == PROGRAM && file ~ shell_suffix) shell(file);
    else if (as[file] == PROGRAM && is_authors(file) && line ~ /^[A-Za-z_.: ]/) { shell(file); code(file); }
    else if (file ~ inert || as[file] == DATA) return;
    else if (as[file] == CONFIG) settings(file);
    else if (!(file in own_work)) code(file);
};

# How a file that something names is read.
function role_of(place) {
    if (is_executable(place)) return PROGRAM;
    return place ~ /^\/etc\/|\.(conf|cnf|cfg|ini|load|inc|xml|properties|ya?ml|toml|json)$/ ? CONFIG : DATA;
};

function is_telling(place) { return place != "" && place !~ too_general && place !~ never; };

function reach_glob(pattern, role, why,   i, path, shape, some) {
    if (pattern !~ /[*?]/) return reach(pattern, role, why) != "";
    shape = glob(pattern);
    for (i = 1; i <= count; i++) if (every[i] ~ shape) { reach(every[i], role, why); some = 1; };
    for (path in target) if (path ~ shape) { reach(path, role, why); some = 1; };
    return some;
};

function reach_library(name, why,   list, n, i) {
    n = split(libraries[name], list, "\n");
    for (i = 1; i < n; i++) reach(list[i], DATA, why);
};

# The settings that lie in a directory below /etc.
function reach_settings(directory, why,   i, path) {
    for (i = 1; i <= count; i++) if (kind[every[i]] == "f" && parent(every[i]) == directory) reach(every[i], CONFIG, why);
    for (path in target) {
        if (parent(path) == directory && !is_executable(real(path)) && path !~ never) reach(path, CONFIG, why);
    };
};

# What a bare name runs; "" when no folder of PATH has it.
function program(name,   list, n, i) {
    n = split(search, list, ":");
    for (i = 1; i <= n; i++) if (is_executable(real(join(list[i], name)))) return join(list[i], name);
    return "";
};
function run(name, why,   path, place) {
    path = program(name);
    if (path == "") { run_helpers(source_of(substr(why, index(why, "\t") + 1)) SUBSEP name, why); return ""; };
    place = reach(path, PROGRAM, why);
    if (base(place) != base(path) && is_script(place)) run_namesakes(base(path), place);
    return place;
};

# Programs that a package keeps for its own, outside the folders of PATH.
function run_helpers(key, why,   list, n, i) {
    if (!(key in helpers)) return;
    n = split(helpers[key], list, "\n");
    for (i = 1; i < n; i++) if (list[i] !~ never) reach(list[i], PROGRAM, why);
};

# A script that runs by the name of a link stands in front of the programs of that name.
function run_namesakes(name, front,   i) {
    for (i = 1; i <= count; i++) {
        if (base(every[i]) == name && is_executable(every[i])) reach(every[i], PROGRAM, "run by\t" front);
    };
};
function is_script(file) { return first_line(file) ~ /^#!/; };
function first_line(file,   line) {
    line = next_line(file) > 0 ? text_line : "";
    leave(file);
    return line;
};
