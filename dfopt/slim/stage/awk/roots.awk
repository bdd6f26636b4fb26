# Roots: where the closure starts, and what is kept in any case.

function start(   line, is_argument) {
    while ((getline line < "start") > 0) { start_word(line, is_argument); is_argument = 1; };
};
function start_word(word, is_argument,   place) {
    if (word ~ /[ \t;&|]/) { note("script:start", "start"); shell_line(word, "script:start"); return; };
    sub(/^[^\/]*=\//, "/", word);
    if (word !~ /^\//) {
        if (run(word, "start") != "") return;
        word = join(home, word);
    };
    place = real(word);
    if (place == "" && !is_argument) print "dfopt: the image starts " word ", which is not there" > "/dev/stderr";
    if (place == "" || place ~ too_general) return;
    if (is_directory(place)) { note("script:start", "start"); follow(word, "script:start"); }
    else reach(word, role_of(place) == CONFIG ? CONFIG : PROGRAM, "start");
};

# What COPY and ADD brought.
function bring(   line, place) {
    while ((getline line < "brought") > 0) {
        place = real(line);
        if (place == "") continue;
        reach(line, place ~ /^\/etc\// && !is_directory(place) ? CONFIG : DATA, "brought");
        if (is_directory(place)) bring_tree(place, "brought", place ~ /^\/etc\// ? CONFIG : DATA);
        if (place ~ /^\/etc\//) continue;
        own_work[place] = 1;
        code(place);
    };
};
function bring_tree(directory, why, role,   i, path, is_run) {
    note("tree:" directory "/**", why);
    why = "below\ttree:" directory "/**";
    for (i = 1; i <= count; i++) if (index(every[i], directory "/") == 1) {
        is_run = is_executable(every[i]) && (role == CONFIG || every[i] ~ /\/cgi-bin\//);
        reach(every[i], is_run ? PROGRAM : role, why);
    };
    for (path in target) if (index(path, directory "/") == 1) {
        keep(path, why);
        note(path, why);
        reach(path, DATA, why);
    };
};

# What RUN made outside packages, in the places for it.
function made(   i, path, works) {
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (!is_made(path) || is_directory(path)) continue;
        if (reach(path, is_executable(path) ? PROGRAM : DATA, "made by RUN") == "") continue;
        if (work_of(path) != "") works[work_of(path)] = 1;
    };
    for (path in works) if (!(path in own_work)) { own_work[path] = 1; code(path); };
    for (path in target) if (is_made(path) || is_authors_link(path)) reach(path, DATA, "made by RUN");
};
# The folder of an application that a file lies in.
function work_of(path) {
    if (path in owner || path ~ system_places && path !~ /^\/var\/www\// || path ~ /^\/(go|root)\//) return "";
    return match(path, /^\/((opt|srv|home|var\/www)\/[^\/]+|[^\/]+)/) ? substr(path, 1, RLENGTH) : "";
};
function is_made(path) {
    if (is_authors(path) && parent(path) ~ program_folders) return path !~ /(policy-rc[.]d|initctl)$/;
    if (own_folders != "" && path ~ own_folders && !(path in owner)) return path !~ left_over;
    if (path in owner ? path !~ /^\/opt\// : path !~ /^\/(usr\/local|var\/www)\// && path ~ system_places) return 0;
    return path !~ never;
};

# Folders that RUN made beside those of packages, and those around the folders of PATH.
function read_own_folders(   list, n, i, path) {
    n = split(search, list, ":");
    for (i = 1; i <= n; i++) {
        path = real(list[i]);
        if (path == "" || path in owned || path ~ too_general || path ~ /^\/usr\/local\//) continue;
        if (base(path) ~ /^[.]?s?bin$/ && parent(path) !~ too_general) path = parent(path);
        own_folders = either(own_folders, "^" plain(path) "/");
    };
    if (!owning) return;
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (!is_directory(path) || path in owned || !(parent(path) in owned)) continue;
        if ((parent(path) ~ shared_folders || path == "/usr/libexec") && path !~ never && (path "/") !~ never) own_folders = either(own_folders, "^" plain(path) "/");
    };
};

# What a plan or people name. Of a glob, programs are followed that no package has: the author brought them.
function keep_listed(file,   line, i, shape) {
    while ((getline line < file) > 0) {
        if (line == "") continue;
        if (file == "keep" && line ~ /[^*]\/[*][*]$/ && parent(line) ~ too_general) { keep_unowned(parent(line)); continue; };
        reach_glob(line, line !~ /[*?]/ && is_executable(real(line)) ? PROGRAM : DATA, "kept by choice");
        if (line !~ /[*?]/) continue;
        shape = glob(line);
        for (i = 1; i <= count; i++) {
            if (every[i] ~ shape && is_authors(every[i])) reach(every[i], PROGRAM, "kept by choice");
        };
    };
};
# What COPY brought to a folder of the system under names that are not known: no package has it.
function keep_unowned(directory,   shape, i, path) {
    shape = "^" plain(real(directory)) "/";
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (path !~ shape || path in owner || is_directory(path)) continue;
        reach(path, is_executable(path) ? PROGRAM : DATA, "brought");
    };
    for (path in target) if (path ~ shape && owner_of(real(path)) == "") reach(path, DATA, "brought");
};
function is_authors_link(path) {
    return owning && parent(path) ~ program_folders && !(path in owner) && real(path) != "" && !(real(path) in owner);
};
function is_authors(path) { return owning && !(path in owner) && is_executable(path); };

# Programs and shell scripts that COPY brought or RUN made, by name: scripts may call them by computed paths.
function read_own_programs(   line, places, path, i) {
    while ((getline line < "brought") > 0) if (real(line) != "") places = either(places, plain(real(line)));
    close("brought");
    places = places == "" ? "^$" : "^(" places ")(/|$)";
    for (i = 1; i <= count; i++) note_own_program(every[i], places);
    for (path in target) note_own_program(path, places);
};
function note_own_program(path, places) {
    if (!is_executable(real(path)) && path !~ shell_suffix || path !~ places && !is_made(path)) return;
    own_programs[base(path)] = own_programs[base(path)] path "\n";
};

# Directories of the variable part cost nothing, so all keep their owner and mode; so do those that RUN made and that are
# empty, or folders of its own beside those of the system.
function keep_directories(   i, path, filled) {
    for (i = 1; i <= count; i++) filled[parent(every[i])] = 1;
    for (path in target) filled[parent(path)] = 1;
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (kind[path] !~ /^[dp]$/ || path ~ package_places) continue;
        if (path ~ variable_places || is_made_directory(path) && !(path in filled && path ~ system_places)) keep(path, "directory");
    };
    for (path in target) {
        if (path ~ variable_places && path !~ package_places && is_directory(real(path)) && real(path) ~ variable_places) {
            keep(path, "directory");
        };
    };
};
function is_made_directory(path) {
    return owning && !(path in owned) && path !~ /^\/(dfopt|sys|proc|dev)(\/|$)/ && (path "/") !~ never && !is_left_out(path, path);
};

# Links to what only a running container has (logs that lead to /dev/stdout, settings on a volume) cost nothing either.
function keep_open_links(   path) {
    for (path in target) {
        if (path in owner || path ~ elsewhere || real(path) != "" || is_left_out(path, path)) continue;
        if (leads_to(path) ~ /^\/(dev|proc)\// || path !~ never) keep(path, "link");
    };
};

function constants(   list, i) {
    DATA = 1; CONFIG = 2; PROGRAM = 3;
    quote = sprintf("%c", 39);
    elsewhere = "^/(proc|sys|dev)/|^/etc/(hosts|hostname|resolv\\.conf|mtab)$";
    system_places = "^/(bin|boot|dev|etc|lib[0-9x]*|media|mnt|proc|run|sbin|sys|tmp|usr|var|dfopt|[.]dockerenv)(/|$)";
    variable_places = "^/(var|run|tmp|home|root|srv|opt|mnt|media)(/|$)";
    package_places = "^/var/(lib|cache|log)/(dpkg|apt|apk|debconf|man)(/|$)";
    including = "^@?(include|substack)$";
    plugin_name = "[.]so([.][0-9.]+)?$";
    debug_source = "[.](go|s|S|rs|c|cc|cpp|cxx|hh)$";
    telling_text = "(^|[^A-Za-z0-9_.])/[A-Za-z]+[/.]|/[A-Za-z]+$|[.]so|^[A-Za-z_]+/[A-Za-z_]+$";
    passing = "^(PATH|HOME|PWD|OLDPWD|LC_ALL|HOSTNAME|TERM|SHLVL|IFS|_)$";
    named_places = "^/etc/init[.]d/.|^/usr/(local/)?src/.";
    own_places = "^(/etc|/usr/(lib|lib64|libexec|share))/.";
    pages_setting = "(^|[^A-Za-z])[Cc][Gg][Ii]|ScriptAlias|ExecCGI";
    plugins_setting = "[Ll]oad|[Mm]odule|[Pp]lug-?in|[Ee]xtension|[Dd]river|[Ee]ngine|[Ll]ibrar|[Bb]ackend";
    program_folders = "^(/usr)?/s?bin$";
    shell_suffix = "[.](ba)?sh$";
    shared_folders = "^(/etc|/usr/(lib|lib64|libexec|share)|/var|/var/(lib|opt))$";
    global_modules = "^/usr/(local/)?lib/node_modules/";
    package_managers = ".*/(node_modules/(npm|corepack|yarn|pnpm)|share/nodejs/(npm|corepack|yarn(pkg)?)|yarn-v[0-9.]+)/";
    left_over = "/(__pycache__|[.]git|[.]cache|[.]npm|[.]cargo/(registry|git))/";
    scheduler = "^(super)?cron(d|ic)?$";
    utilities_without = "^(zone|locale|charsets|unwinding|names)$";
    prefix_word = "^(if|then|else|elif|do|while|until|!|exec|command|eval|time|nohup|-.*)$";
    wrapper = "^(env|sudo|su|runuser|xargs|find|gosu|su-exec|setpriv|chpst|chroot|nice|timeout|stdbuf|setsid|flock";
    wrapper = wrapper "|tini|dumb-init|start-stop-daemon|xvfb-run|which|type|hash|trap|(ba|da|a|k|z)?sh|.*[.]sh";
    wrapper = wrapper "|.*[-_]entrypoint)$";
    spawning = "system|popen|Popen|subprocess|child_process|exec[A-Za-z]*[ (]|spawn|passthru|proc_open|qx[^A-Za-z]";
    spawning = spawning "|Open3|ProcessBuilder|Command|[\"" quote "]-[a-z]?c[\"" quote "]";
    starting = "subprocess|child_process|[Pp]open|spawn|proc_open|shell_exec|passthru|[^A-Za-z_](system|exec)[ (]";
    command_taking = "([Rr]un|RUN|[Ee]xec|[Cc]md|[Cc]ommand|check_call|[Ss]pawn|[Ss]hell|[Ii]nvoke|[Ll]aunch|[Cc]apture|[Oo]utput";
    command_taking = command_taking "|[Ww]hich|[Pp]ipe|(^|[^A-Za-z])sh)[A-Za-z_]*[(] *[[]? *";
    of_libc = "^(c|m|dl|pthread|rt|util|crypt|resolv)$";
    builtins = ": . [ alias bg break cd continue echo eval exit export false fg getopts hash jobs kill let local printf";
    builtins = builtins " pwd read readonly return set shift source test times trap true type typeset ulimit umask";
    split(builtins " unalias unset wait", list, " ");
    for (i in list) builtin[list[i]] = 1;
};

BEGIN {
    constants();
    rejected = read_globs("rejected"); preferred = read_globs("chosen"); dropped = read_globs("drop");
    read_tables(); read_index(); read_large(); read_packages();
    read_environment(); read_own_folders(); read_own_programs();
    running["script:start"] = 1;
    start();
    bringing = 1; bring(); made(); bringing = 0;
    follow_environment();
    for (name in named) use_named(name, "");
    keep_listed("keep"); keep_listed("chosen");
    settle(); use_module_programs(); use_module_libraries(); settle();
    use_registries(); settle();
    use_charsets(); use_catalogues(); settle();
    drop_foreign_data();
    packing = 1;
    reach("/etc/ld.so.cache", DATA, "loader");
    reach_glob("/etc/*-release", DATA, "release"); reach("/etc/debian_version", DATA, "release");
    packing = 0;
    keep_directories(); keep_open_links(); record_packages(); record_edges();
    for (path in kept) print path "\t" layer[path] "\t" kept[path];
};
