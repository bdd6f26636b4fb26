# The file system as closure.sh listed it: what is there, where links lead, what is kept and why.
# Reading an element of an awk array makes it, so those that are also asked with `in` are read through functions.
#
# A reason is a kind, alone for a root ("start"), else with a tab and what leads on: a path, or the name of a package,
# pack, tree or script behind package:, pack:, tree: or script:.

function quoted(text) { gsub(quote, quote "\\" quote quote, text); return quote text quote; };
function either(all, one) { return all == "" ? one : all "|" one; };
function base(path) { sub(/.*\//, "", path); return path; };
function parent(path) { sub(/\/[^\/]*$/, "", path); return path == "" ? "/" : path; };
function join(directory, name) { return (directory == "/" ? "" : directory) "/" name; };
function kind_of(path) { return path in kind ? kind[path] : ""; };
function is_directory(path) { return kind_of(path) == "d"; };
function is_executable(path) { return kind_of(path) == "x" && path !~ /\.so(\.|$)/; };
function is_public_library(path) {
    return path ~ /\.so(\.|$)/ &&
        parent(path) ~ /^(\/usr)?(\/local)?\/lib(32|64|x32)?(\/[a-z0-9_]+-linux-[a-z0-9_]+)?$/;
};

# kind[path] is d, f, x (executable) or p (a named pipe); target[path] is where a link leads; every[1..count] are all but the links.
function read_index(   line, path, at) {
    while ((getline line < "index") > 0) {
        path = substr(line, 3);
        if (line ~ /^l/) {
            at = index(path, " -> ");
            target[substr(path, 1, at - 1)] = substr(path, at + 4);
            path = substr(path, 1, at - 1);
        } else {
            kind[path] = substr(line, 1, 1);
            every[++count] = path;
        };
        if (path ~ plugin_name || path ~ /\.la$/) note_library(base(path), path);
    };
};

# A plug-in is also known by what stands behind a _ in its name (rlm_eap.so as eap.so).
function note_library(name, path,   rest) {
    libraries[name] = libraries[name] path "\n";
    for (rest = name; match(rest, /_/); longer[rest] = longer[rest] name "\n") rest = substr(rest, RSTART + 1);
};

# The next line of a file, in `text_line`. Of one with more than 4 MB only these are read: data may have no end of line in
# a gigabyte, on which mawk spends an hour.
function next_line(file) { return file in large ? (beginning(file) | getline text_line) : (getline text_line < file); };
function leave(file) { close(file in large ? beginning(file) : file); };
function beginning(file) { return "head -c 4096000 " quoted(file); };
function read_large(   line) { while ((getline line < "large") > 0) large[line] = 1; };

# The path without links; "" when nothing is there, as for what only looks like a path, such as base64 text.
function real(path,   directory, name) {
    if (path in found) return found[path];
    found[path] = "";
    if (length(path) > 200 && is_too_deep(path)) return "";
    if (path !~ /[^\/]/) return found[path] = "/";
    sub(/\/+$/, "", path);
    directory = real(parent(path));
    name = base(path);
    if (directory == "") return "";
    if (name == "" || name == ".") return found[path] = directory;
    if (name == "..") return found[path] = parent(directory);
    name = join(directory, name);
    if (name in target) return found[path] = real(leads_to(name));
    return found[path] = (name in kind ? name : "");
};
function is_too_deep(path) { return gsub(/\//, "/", path) > 100; };
function leads_to(link) { return target[link] ~ /^\// ? target[link] : join(parent(link), target[link]); };

# The file or link itself, the directory above it without links.
function itself(path) { return join(real(parent(path)), base(path)); };

function keep(path, why) {
    if (path in kept) return;
    kept[path] = why;
    layer[path] = layer_of(path);
};
function layer_of(path) {
    if (bringing && !(path in owner)) return "application";
    return packing || is_public_library(path) || base(path) ~ /^ld-/ ? "system" : "runtime";
};

# The links on the way to a path, each with a line end.
function links_to(path,   link) {
    sub(/\/+$/, "", path);
    if (path == "") return "";
    if (path in way) return way[path];
    way[path] = "";
    link = itself(path);
    return way[path] = links_to(parent(path)) (link in target ? link "\n" links_to(leads_to(link)) : "");
};
function keep_links(path, why,   list, n, i) {
    n = split(links_to(path), list, "\n");
    for (i = 1; i < n; i++) keep(list[i], why);
};

# All that leads to something, of which `why` shows the first alone: a path with the links on the way, or another node.
function note(to, why,   list, n, i) {
    n = split(to ~ /^\// ? links_to(to) real(to) : to, list, "\n");
    for (i = 1; i <= n; i++) if (list[i] != "") edges[list[i] "\t" why] = 1;
};
function record_edges(   edge, to) {
    for (edge in edges) {
        to = edge;
        sub(/\t.*/, "", to);
        if (to in kept || to !~ /^\//) print edge > "edges";
    };
};

# A regular expression for a text as it stands, and for a glob in which ** is a whole tree.
function plain(text) { gsub(/[.+^$(){}|\[\]\\]/, "\\\\&", text); return text; };
function glob(pattern) {
    pattern = plain(pattern);
    gsub(/\*\*/, "\001", pattern);
    gsub(/\*/, "[^/]*", pattern);
    gsub(/\?/, "[^/]", pattern);
    gsub(/\001/, ".*", pattern);
    return "^" pattern "$";
};
function read_globs(file,   line, shape) {
    while ((getline line < file) > 0) if (line != "") shape = either(shape, glob(line));
    close(file);
    return shape;
};
