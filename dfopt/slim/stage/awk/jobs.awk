# Jobs of schedulers, and programs and libraries that only modules name.

# What a scheduler runs: jobs that no package brought, or one that was installed by name.
function use_jobs(scheduler_path,   i, path, why) {
    if (scheduling) return;
    scheduling = 1;
    why = "jobs of\t" real(scheduler_path);
    use_pack("shell", "asked for by\t" real(scheduler_path));
    for (i = 1; i <= count; i++) {
        path = every[i];
        if (is_directory(path) || path in owner && !(owner[path] in named) && path !~ /^\/etc\/crontab(s\/root)?$/) continue;
        if (path ~ /^\/etc\/(cron[.](hourly|daily|weekly|monthly)|periodic\/[^\/]+)\//) reach(path, PROGRAM, why);
        else if (is_crontab(path) && reach(path, DATA, why) != "") read_jobs(path);
    };
};

function is_crontab(path) {
    return path ~ /^\/(etc\/(crontab$|cron[.]d\/|crontabs\/)|var\/spool\/cron\/)/ ||
        kind[path] == "f" && base(path) ~ /cron[^.]*([.](txt|conf))?$/;
};

# Lines of a crontab: five fields or a word for the time, in some files a user, and the command.
function read_jobs(file,   line, i) {
    while ((getline line < file) > 0) {
        if (line ~ /^[ \t]*(#|$)/) continue;
        if (line ~ /^[ \t]*[A-Za-z_]+[ \t]*=/) { shell_line(line, file); continue; };
        for (i = line ~ /^[ \t]*@/ ? 1 : 5; i > 0; i--) sub(/^[ \t]*[^ \t]+/, "", line);
        shell_line(line, file);
        sub(/^[ \t]*[^ \t]+/, "", line);
        shell_line(line, file);
    };
    close(file);
};

# Programs of packages that were installed by name, quoted in a module of others that starts programs.
function use_module_programs(   names, name, list, n, i, path, command, line, starts) {
    for (name in named) {
        n = split(files[name], list, "\n");
        for (i = 1; i < n; i++) {
            path = list[i];
            if (is_program_path(path) && !(real(path) in kept)) names = either(names, plain(base(path)));
        };
    };
    names = either(names, "npm|npx|yarn|pnpm");
    printf "" > "modules";
    for (path in kept) if (path ~ /[.](py|js|mjs|cjs|rb|php|pl|pm)$/ && module_of(path) != "") print path > "modules";
    close("modules");
    command = "tr \"\\n\" \"\\0\" < modules | xargs -0 grep ";
    line = command "-lE " quoted(starting) " /dev/null";
    while ((line | getline path) > 0) starts[module_of(path)] = 1;
    names = command "-oE " quoted("[\"`" quote "](" names ")[\"`" quote " ]") " /dev/null";
    while ((names | getline line) > 0) {
        i = index(line, ":");
        path = substr(line, 1, i - 1);
        name = substr(line, i + 2, length(line) - i - 2);
        if (!(module_of(path) in starts) || name ~ /^(np[mx]|yarn|pnpm)$/ && path !~ global_modules) continue;
        run(name, "named in\t" path);
    };
};
function module_of(path) {
    return match(path, /.*\/(site-packages|dist-packages|node_modules|gems|vendor)\/[^\/]+/) ? substr(path, 1, RLENGTH) : "";
};

# Libraries that a module loads by name through a foreign function interface, and the program by which Python finds them.
function use_module_libraries(   path, each, command, line, i, name, finds) {
    printf "" > "modules";
    for (path in kept) {
        if (path ~ /[.](py|rb)$/ && (module_of(path) != "" || layer[path] == "application")) print path > "modules";
    };
    close("modules");
    each = "tr \"\\n\" \"\\0\" | xargs -0 grep ";
    command = "cat modules | " each "-l find_library /dev/null";
    while ((command | getline path) > 0) finds[path] = 1;
    command = "cat modules | " each "-lE " quoted("find_library|CDLL|LoadLibrary|dlopen|ffi_lib") " /dev/null | ";
    command = command each "-oE " quoted("[\"" quote "][A-Za-z][A-Za-z0-9_.+-]*[\"" quote "]") " /dev/null";
    while ((command | getline line) > 0) {
        i = index(line, ":");
        path = substr(line, 1, i - 1);
        name = substr(line, i + 2, length(line) - i - 2);
        if (name !~ of_libc && use_library(name, path) && path in finds) reach("/sbin/ldconfig", PROGRAM, "run by\t" path);
    };
};
# A public library by its file name, by what stands behind lib in it, or by that without a version.
function use_library(name, by,   list, n, i, some) {
    if (!knows_stems) note_stems();
    n = split(libraries[name] stems[name], list, "\n");
    for (i = 1; i <= n; i++) {
        if (is_public_library(list[i]) && reach(list[i], DATA, "loaded by\t" by) != "") some = 1;
    };
    return some;
};
function note_stems(   name, stem) {
    knows_stems = 1;
    for (name in libraries) {
        if (name !~ /^lib[A-Za-z].*[.]so[.0-9]*$/) continue;
        stem = name;
        sub(/^lib/, "", stem); sub(/[.]so[.0-9]*$/, "", stem);
        stems[stem] = stems[stem] libraries[name];
        if (sub(/[-0-9.].*$/, "", stem) && stem !~ /^(python|perl|ruby)$/) stems[stem] = stems[stem] libraries[name];
    };
};
