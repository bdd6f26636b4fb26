"""The package managers: their programs, subcommands, options with a value, and how they write versions."""

from enum import StrEnum

from dfopt.frozen import frozen


class PackageAction(StrEnum):
    """What a package manager does, whatever it calls it."""

    INSTALL = "install"
    """packages by name, or what a manifest or lock file lists (then there are no names)"""
    UPDATE = "update"
    """the index of what can be installed"""
    UPGRADE = "upgrade"
    """what is installed"""
    REMOVE = "remove"
    CLEAN = "clean"
    """caches"""
    DOWNLOAD = "download"
    """without installing"""
    BUILD = "build"
    """compiles or runs a script of the project, and fetches for that what is missing"""
    OTHER = "other"
    """also each subcommand that the table of a manager leaves out"""


@frozen()
class Manager:
    """One package manager; `verbs` maps subcommands, one word or two, to what they do.

    `valued` are the options whose value is the next word, `files` those of them that name a file of requirements,
    `version` the options that give the version of the packages. `package` is a regular expression that takes a word
    apart into `name`, `operator` and `version`. `default` is what it does without a subcommand.
    """

    name: str
    verbs: dict[str, PackageAction]
    valued: frozenset[str]
    package: str
    files: frozenset[str] = frozenset()
    version: tuple[str, ...] = ()
    default: PackageAction | None = None


def _verbs(**words: str) -> dict[str, PackageAction]:
    """Subcommands by action, separated by commas."""
    return {verb.strip(): PackageAction(action) for action, verbs in words.items() for verb in verbs.split(",")}


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_EQUALS = r"(?P<name>[^=<>~!]+)(?:(?P<operator>[=<>~!]+)(?P<version>.*))?"
_APT = r"(?P<name>[^=/:]+)(?::\w+)?(?:(?P<operator>[=/])(?P<version>.*))?"
_RPM = r"(?P<name>.+?)(?:(?P<operator>-)(?P<version>\d[\w~^:+]*\.[\w.*~^+]+(?:-\d[\w.*~^+]*)?))?"
_AT = r"(?P<name>@?[^@]+)(?:(?P<operator>@)(?P<version>.*))?"
_PYTHON = (
    r"(?P<name>[^\[=<>~!;@\s]+)(?:\[[^\]]*\])?\s*"
    r"(?:(?P<operator>===|[=<>~!]=|[<>]|@)\s*(?P<version>[^;]*))?(?:;.*)?"
)
_CONDA = r"(?:[\w./-]+::)?(?P<name>[^=<>~!\s]+)\s*(?:(?P<operator>[=<>~!]+)(?P<version>.*))?"
_COLON = r"(?P<name>[^:=@]+)(?:(?P<operator>[:=@])(?P<version>.*))?"
_PLAIN = r"(?P<name>.*)(?P<operator>(?!))?(?P<version>(?!))?"

_APT_VERBS = _verbs(
    install="install, reinstall, build-dep, satisfy",
    update="update",
    upgrade="upgrade, dist-upgrade, full-upgrade, safe-upgrade, dselect-upgrade",
    remove="remove, purge, autoremove, autopurge",
    clean="clean, autoclean, distclean, dist-clean, auto-clean",
    download="download, source",
)
_DNF_VERBS = _verbs(
    install="install, localinstall, groupinstall, group install, module install, reinstall, builddep, swap, install-n",
    update="makecache, check-update",
    upgrade="update, upgrade, distro-sync, upgrade-minimal, update-minimal, groupupdate",
    remove="remove, erase, autoremove, groupremove, group remove, module remove",
    clean="clean",
    download="download, reposync",
    other="module enable, module disable, module reset, groups mark",
)

APT = Manager(
    "apt",
    _APT_VERBS,
    _set(
        "-t -o -c -a -P --target-release --default-release --option --config-file --host-architecture --build-profiles"
        " --solver --with-source"
    ),
    _APT,
)
APK = Manager(
    "apk",
    _verbs(
        install="add, fix",
        update="update",
        upgrade="upgrade",
        remove="del",
        clean="cache clean, cache purge",
        download="fetch, cache download",
    ),
    _set(
        "-p -X -t --root --repository --virtual --arch --cache-dir --cache-max-age --keys-dir --repositories-file"
        " --wait --progress-fd --timeout -o --output"
    ),
    r"(?P<name>[^=<>~@]+)(?:(?P<operator>[=<>~@]+)(?P<version>.*))?",
)
DNF = Manager(
    "dnf",
    _DNF_VERBS,
    _set(
        "-c -d -e -R -x --config --debuglevel --errorlevel --disablerepo --enablerepo --repo --repoid --exclude"
        " --excludepkgs --installroot --releasever --setopt --randomwait --disableplugin --enableplugin --forcearch"
        " --comment --color --downloaddir --destdir --rpmverbosity --advisory --cve"
    ),
    _RPM,
)
ZYPPER = Manager(
    "zypper",
    _verbs(
        install="install, in, source-install, si, install-new-recommends, inr",
        update="refresh, ref",
        upgrade="update, up, patch, dist-upgrade, dup",
        remove="remove, rm",
        clean="clean, cc",
        download="download",
    ),
    _set(
        "-c -D -f -F -n -p -P -R -r -t -C --config --reposd-dir --cache-dir --raw-cache-dir --repo --from --type --name"
        " --plus-repo --root --installroot --releasever --priority --capability --details"
    )
    - _set("-n -f -D --details --capability"),
    _EQUALS,
)
PACMAN = Manager(
    "pacman",
    {},
    _set(
        "-b -r -v --arch --assume-installed --cachedir --color --config --dbpath --gpgdir --hookdir --ignore"
        " --ignoregroup --logfile --overwrite --print-format --root --sysroot"
    )
    - _set("-v"),
    _EQUALS,
)
PIP = Manager(
    "pip",
    _verbs(
        install="install, sync",
        remove="uninstall",
        clean="cache purge, cache remove",
        download="download",
        build="wheel",
        other="cache dir, cache info, cache list",
    ),
    _set(
        "-b -c -d -e -f -i -P -r -t -w --abi --build --build-option --cache-dir --cert --client-cert --config-settings"
        " --constraint --dest --exists-action --extra-index-url --find-links --global-option --implementation"
        " --index-url --install-option --keyring-provider --log --no-binary --only-binary --platform --prefix"
        " --progress-bar --proxy --python --python-version --report --requirement --retries --root"
        " --root-user-action --src --target --timeout --trusted-host --upgrade-strategy --use-deprecated"
        " --use-feature --wheel-dir --default-timeout"
    )
    - _set("-e -P"),
    _PYTHON,
    files=_set("-r --requirement"),
)
UV = Manager(
    "uv",
    _verbs(
        install="pip install, pip sync, add, sync, tool install, python install",
        remove="pip uninstall, remove, tool uninstall",
        clean="cache clean, cache prune, clean",
        build="build, run",
        other="pip compile, pip freeze, pip list, tool run, self update, tool update-shell, python find,"
        " python pin, pip check, pip show, tool upgrade, tool dir",
    ),
    _set(
        "-b -c -f -i -n -p -r -P -C --allow-insecure-host --build-constraint --build-constraints --cache-dir"
        " --config-file --config-setting --constraint --constraints --default-index --directory --env-file"
        " --exclude-newer --extra --extra-index-url --find-links --fork-strategy --group --index --index-strategy"
        " --index-url --keyring-provider --link-mode --no-binary --no-build-isolation-package --no-build-package"
        " --no-group --no-install-package --only-binary --only-group --override --overrides --package --prefix"
        " --prerelease --project --python --python-platform --python-preference --python-version --refresh-package"
        " --reinstall-package --requirement --requirements --resolution --target --torch-backend --upgrade-package"
        " --with --with-editable --with-requirements"
    )
    - _set("-n"),
    _PYTHON,
    files=_set("-r --requirement --requirements"),
)
POETRY = Manager(
    "poetry",
    _verbs(
        install="install, add, sync, self add",
        upgrade="update, self update",
        remove="remove",
        clean="cache clear, cache:clear",
        build="build, run",
        other="env use, env info",
    ),
    _set("-C -E -G -P --directory --extras --group --only --platform --project --python --source --with --without"),
    _PYTHON,
)
PIPENV = Manager(
    "pipenv",
    _verbs(
        install="install, sync",
        upgrade="update, upgrade",
        remove="uninstall",
        clean="clean",
        build="run",
    ),
    _set("-i -r --categories --extra-pip-args --index --pypi-mirror --python --requirements"),
    _PYTHON,
    files=_set("-r --requirements"),
)
CONDA = Manager(
    "conda",
    _verbs(
        install="install, create, env create, env update",
        upgrade="update, upgrade, self-update",
        remove="remove, uninstall, env remove",
        clean="clean",
        build="build, run",
        other="env export, env list",
    ),
    _set(
        "-c -f -n -p -r --channel --clone --file --name --platform --prefix --repodata-fn --rc-file --root-prefix"
        " --solver --subdir --python --category"
    ),
    _CONDA,
    files=_set("-f --file"),
)
NPM = Manager(
    "npm",
    _verbs(
        install="install, i, add, ci, clean-install, install-test, it, cit, isntall, link, ln",
        upgrade="update, up, upgrade",
        remove="uninstall, un, remove, rm, r, unlink, prune, dedupe",
        clean="cache clean, cache rm, cache clear",
        build="run, run-script, build, rebuild, test, t, start, exec, x",
        download="pack",
        other="cache verify, cache add",
    ),
    _set(
        "-C -w --cache --cpu --include --install-strategy --libc --location --loglevel --node-options --omit --only"
        " --os --prefix --registry --script-shell --tag --userconfig --workspace --fetch-retries --fetch-timeout"
        " --maxsockets --jobs --network-timeout"
    ),
    _AT,
)
YARN = Manager(
    "yarn",
    _verbs(
        install="install, add, global add, workspaces focus, focus",
        upgrade="upgrade, up, global upgrade",
        remove="remove, global remove",
        clean="cache clean, autoclean",
        build="run, build, start, test, exec, workspace, workspaces foreach",
        other="set version, global bin, plugin import, cache dir, policies set-version",
    ),
    _set(
        "--cache-folder --cwd --global-folder --link-folder --modules-folder --mutex --network-concurrency"
        " --network-timeout --prefix --preferred-cache-folder --registry --use-yarnrc"
    ),
    _AT,
    default=PackageAction.INSTALL,
)
PNPM = Manager(
    "pnpm",
    _verbs(
        install="install, i, add, ci, install-test, it, deploy",
        upgrade="update, up, upgrade",
        remove="remove, rm, uninstall, un, prune",
        clean="store prune, cache delete",
        download="fetch",
        build="run, run-script, build, rebuild, test, start, exec, dlx",
        other="store path, env use",
    ),
    _set(
        "-C -F --dir --filter --filter-prod --lockfile-dir --loglevel --modules-dir --network-concurrency"
        " --package-import-method --registry --reporter --store-dir --virtual-store-dir --child-concurrency"
    ),
    _AT,
)
GEM = Manager(
    "gem",
    _verbs(
        install="install, i",
        upgrade="update",
        remove="uninstall",
        clean="cleanup",
        download="fetch",
        build="build",
    ),
    _set(
        "-i -n -P -p -s -v --bindir --build-root --document --install-dir --platform --source --trust-policy --version"
        " --without --http-proxy --config-file --minimal-deps --format"
    )
    - _set("--document --minimal-deps"),
    _COLON,
    version=("-v", "--version"),
)
BUNDLER = Manager(
    "bundler",
    _verbs(
        install="install, add",
        upgrade="update",
        remove="remove",
        clean="clean",
        download="package, pack, cache",
        build="exec",
    ),
    _set(
        "-j -P --binstubs --gemfile --jobs --path --retry --shebang --standalone --trust-policy --with --without"
        " --group --version --source"
    ),
    _PLAIN,
    default=PackageAction.INSTALL,
)
COMPOSER = Manager(
    "composer",
    _verbs(
        install="install, i, require, create-project, global require, global install",
        upgrade="update, u, upgrade, global update, self-update, selfupdate",
        remove="remove, global remove",
        clean="clear-cache, clearcache, cc",
        build="run, run-script, exec, dump-autoload, dumpautoload",
        other="global config",
    ),
    _set(
        "-d --apcu-autoloader-prefix --ignore-platform-req --prefer-install --repository --repository-url --stability"
        " -s --working-dir --installer-paths"
    ),
    _COLON,
)
CARGO = Manager(
    "cargo",
    _verbs(
        install="install, binstall",
        remove="uninstall, remove, rm",
        clean="clean, cache",
        download="fetch, vendor",
        upgrade="update",
        build="build, b, run, r, test, t, check, c, bench, chef prepare, chef cook, build-deps, rustc, zigbuild, doc",
    ),
    _set(
        "-F -j -p -Z --bin --branch --color --config --example --exclude --features --git --index --jobs"
        " --manifest-path --message-format --package --path --profile --registry --rev --root --tag --target"
        " --target-dir --vers --version -C"
    ),
    _AT,
    version=("--version", "--vers"),
)
GO = Manager(
    "go",
    _verbs(
        install="install, get",
        clean="clean",
        download="mod download, mod vendor, mod tidy",
        build="build, run, test, generate, vet, tool",
        other="mod init, mod edit, mod verify",
    ),
    _set(
        "-asmflags -buildmode -C -compiler -gcflags -ldflags -mod -modfile -o -overlay -p -pgo -pkgdir -tags -toolexec"
        " -installsuffix -modcacherw -exec -timeout -run -count -parallel -cpuprofile -coverprofile"
    )
    - _set("-modcacherw"),
    _AT,
)
NUGET = Manager(
    "nuget",
    _verbs(
        install="add package, tool install, package add, install, tool restore, workload install",
        upgrade="tool update, update",
        remove="remove package, tool uninstall",
        clean="nuget locals, locals, clean",
        download="restore",
        build="build, publish, run, test, pack, msbuild, exec, ef",
        other="add reference, nuget add, nuget push, tool list",
    ),
    _set(
        "-a -c -f -o -r -s -v --add-source --arch --configfile --configuration --framework --output --os"
        " --package-directory --packages --runtime --source --tool-path --verbosity --version -Version -Source"
        " -OutputDirectory"
    ),
    _PLAIN,
    version=("--version", "-Version"),
)

MANAGERS = {
    "apt": APT,
    "apt-get": APT,
    "aptitude": APT,
    "apk": APK,
    "dnf": DNF,
    "dnf5": DNF,
    "microdnf": DNF,
    "yum": DNF,
    "tdnf": DNF,
    "zypper": ZYPPER,
    "pacman": PACMAN,
    "yay": PACMAN,
    "paru": PACMAN,
    "pip": PIP,
    "pip2": PIP,
    "pip3": PIP,
    "uv": UV,
    "poetry": POETRY,
    "pipenv": PIPENV,
    "conda": CONDA,
    "mamba": CONDA,
    "micromamba": CONDA,
    "npm": NPM,
    "yarn": YARN,
    "yarnpkg": YARN,
    "pnpm": PNPM,
    "gem": GEM,
    "bundle": BUNDLER,
    "bundler": BUNDLER,
    "composer": COMPOSER,
    "composer.phar": COMPOSER,
    "cargo": CARGO,
    "go": GO,
    "dotnet": NUGET,
    "nuget": NUGET,
}
