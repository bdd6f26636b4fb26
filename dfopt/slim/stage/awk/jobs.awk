# Jobs of schedulers, and programs that only modules of others name.

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
