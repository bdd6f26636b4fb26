"""Write ``dfopt/knowledge/data/distroless.json``: what each distroless image holds.

    python bench/catalogue/distroless.py GIT_DIR

GIT_DIR is a clone, with its history, of github.com/GoogleContainerTools/distroless. Each image is read from the
newest revision that still builds it for the Debian release in question; package lists are Starlark literals.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clones import git

TARGET = Path(__file__).parents[2] / "dfopt/knowledge/data/distroless.json"
RELEASES = ("debian12", "debian13")

# What the build files state outside the package lists: static/static.bzl, common/BUILD.bazel, java/java.bzl,
# nodejs/nodejs.bzl, python3/python.bzl.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
COMMON_ENVIRONMENT = {"PATH": PATH, "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}
USERS = {"root": [0, "/root"], "nobody": [65534, "/nonexistent"], "nonroot": [65532, "/home/nonroot"]}
GROUPS = {"root": 0, "tty": 5, "staff": 50, "nonroot": 65532, "nobody": 65534}
UTF_8 = {"LANG": "C.UTF-8"}

# SUPPORT_POLICY.md; a month means its last day. Images that are still updated have no day.
ENDS = {
    "static-debian12": "2026-09-30",
    "base-debian12": "2026-09-30",
    "base-nossl-debian12": "2026-09-30",
    "cc-debian12": "2026-09-30",
    "java-debian12": "2026-01-31",
    "nodejs-debian12": "2026-01-31",
    "python3-debian12": "2026-04-30",
}


def main(git_dir: str) -> None:
    document = {
        "source": "github.com/GoogleContainerTools/distroless",
        "date": git(git_dir, "log", "-1", "--format=%cs").strip(),
        "revision": git(git_dir, "rev-parse", "HEAD").strip(),
        "users": USERS,
        "groups": GROUPS,
        "environment": COMMON_ENVIRONMENT,
        "images": {name: image for release in RELEASES for name, image in _images(git_dir, release)},
    }
    TARGET.write_text(json.dumps(document, indent=1) + "\n")
    print(*document["images"], sep="\n")


def _images(git_dir: str, release: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each image with the image it builds on, the Debian packages it adds, its environment and entrypoint."""
    own = {name: _config(git_dir, name, release) for name in ("static", "base", "cc", "java", "nodejs", "python3")}
    yield _image("static", release, None, [*own["static"]["STATIC_PACKAGES"][release], "ca-certificates"])
    yield _image("base-nossl", release, "static", own["base"]["BASE_NOSSL_PACKAGES"][release])
    yield _image("base", release, "static", own["base"]["BASE_PACKAGES"][release])
    yield _image("cc", release, "base", own["cc"]["CC_PACKAGES"][release])

    java = own["java"]
    base_packages = [*java["JAVA_BASE_PACKAGES"][release], "libc-bin"]
    yield _image("java-base", release, "base-nossl", base_packages, environment=UTF_8, series="java")
    for version in java["JAVA_MAJOR_VERSIONS"][release]:
        added = [f"temurin-{version}-jre"] if release == "debian13" else []  # an archive, no package, on Debian 12
        entrypoint = ["/usr/bin/java", "-jar"]
        yield _image(f"java{version}", release, "java-base", added, entrypoint=entrypoint, series="java")

    versions = own["nodejs"]["NODEJS_ARCHITECTURES"][release]
    for version in versions if isinstance(versions, dict) else own["nodejs"]["NODEJS_MAJOR_VERSIONS"]:
        added = own["nodejs"].get("NODEJS_PACKAGES", {}).get(version, [])
        entrypoint = ["/nodejs/bin/node"]
        yield _image(f"nodejs{version}", release, "cc", added, entrypoint=entrypoint, series="nodejs")

    python = {"debian12": "3.11", "debian13": "3.13"}[release]
    yield _image(
        "python3",
        release,
        "cc",
        own["python3"]["PYTHON_PACKAGES"][release],
        environment=UTF_8,
        entrypoint=[f"/usr/bin/python{python}"],
    )


def _image(
    name: str,
    release: str,
    base: str | None,
    packages: list[str],
    *,
    environment: dict[str, str] | None = None,
    entrypoint: list[str] | None = None,
    series: str | None = None,
) -> tuple[str, dict[str, Any]]:
    return f"{name}-{release}", {
        "base": f"{base}-{release}" if base else None,
        "packages": packages,
        "environment": environment or {},
        "entrypoint": entrypoint or [],
        "supported_until": ENDS.get(f"{series or name}-{release}"),
    }


def _config(git_dir: str, name: str, release: str) -> dict[str, Any]:
    """The literals of the newest revision of NAME/config.bzl that builds for this release."""
    path = f"{name}/config.bzl"
    for revision in git(git_dir, "rev-list", "HEAD", "--", path).split():
        module = ast.parse(git(git_dir, "show", f"{revision}:{path}"))
        values = {
            statement.targets[0].id: ast.literal_eval(statement.value)
            for statement in module.body
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        }
        if release in values[f"{name.rstrip('3').upper()}_DISTROS"]:
            return values
    raise SystemExit(f"{path} never built for {release}")


if __name__ == "__main__":
    main(*sys.argv[1:])
