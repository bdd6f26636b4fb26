# Makes a JDK what a program that is built already needs: every module stays, but compressed, and the same Java runs them.
# Development's tools, their files, and the archives that only let Java start a little faster are taken away.
# Where something of this can't be done, the JDK stays as it is.
set -eu;
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS;
java=$(readlink -f "$(command -v @java@)");
home=${java%/bin/java};
if [ -d "$home/jmods" ]; then
    modules=$("$java" --list-modules | sed "s/@.*//" | tr "\n" ",");
    for degree in zip-6 2; do
        [ -f /dfopt.jdk/lib/modules ] || {
            rm -rf /dfopt.jdk;
            "$home/bin/jlink" --module-path "$home/jmods" --add-modules "${modules%,}" --compress "$degree" --output /dfopt.jdk || true;
        };
    done;
    before=$("$java" --list-modules);
    if [ -f /dfopt.jdk/lib/modules ]; then
        mv "$home/lib/modules" /dfopt.jdk/modules.before;
        cp /dfopt.jdk/lib/modules "$home/lib/modules";
        touch -r /dfopt.jdk/modules.before "$home/lib/modules";
        rm -f "$home"/lib/server/*.jsa;
        [ "$("$java" --list-modules)" = "$before" ] || mv /dfopt.jdk/modules.before "$home/lib/modules";
    fi;
    rm -rf /dfopt.jdk;
fi;
for home in "$home" "${home%/jre}"; do
    if [ -f "$home/bin/javac" ]; then
        for tool in jar jarsigner javac javadoc javah javap jconsole jdb jdeprscan jdeps jimage jlink jmod jpackage jshell serialver; do
            rm -f "$home/bin/$tool";
        done;
        for part in jmods include demo sample man legal src.zip lib/src.zip @releases@; do rm -rf "${home:?}/$part"; done;
    fi;
done;
