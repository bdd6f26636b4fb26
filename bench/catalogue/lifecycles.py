"""Write ``dfopt/knowledge/data/lifecycles.json``: until when each release of a product is supported.

    python bench/catalogue/lifecycles.py GIT_DIR

GIT_DIR is a clone of github.com/endoflife-date/endoflife.date. The date is the last one on which the project
itself gives security fixes free of charge: for Debian the end of LTS, for the others the end of security support,
paid extensions never counted. Needs PyYAML.
"""

import datetime
import json
import sys
from pathlib import Path

import yaml
from clones import git

TARGET = Path(__file__).parents[2] / "dfopt/knowledge/data/lifecycles.json"
PRODUCTS = """
    almalinux alpine-linux amazon-corretto amazon-linux apache-http-server centos centos-stream debian deno
    dotnet eclipse-temurin elasticsearch elixir erlang fedora go haproxy mariadb memcached mongodb mysql nginx nodejs
    opensuse oracle-linux perl php postgresql python rabbitmq redis rhel rocky-linux ruby rust tomcat traefik ubuntu
    windows-nano-server windows-server-core
""".split()
_COLUMN = {"debian": "eoes"}


def main(git_dir: str) -> None:
    document = {
        "source": "github.com/endoflife-date/endoflife.date, products/",
        "date": git(git_dir, "log", "-1", "--format=%cs").strip(),
        "products": {product: _cycles(git_dir, product) for product in PRODUCTS},
    }
    TARGET.write_text(json.dumps(document, indent=0, separators=(",", ":")) + "\n")


def _cycles(git_dir: str, product: str) -> dict[str, str | None]:
    """Release to its last day, null while none is set. What has ended on an unknown day is left out."""
    text = git(git_dir, "show", f"HEAD:products/{product}.md")
    front_matter = yaml.safe_load(text.split("---\n")[1])
    column = _COLUMN.get(product, "eol")
    ends = {release["releaseCycle"]: release.get(column, release["eol"]) for release in front_matter["releases"]}
    return {
        cycle.removeprefix("stream-"): end.isoformat() if isinstance(end, datetime.date) else None
        for cycle, end in ends.items()
        if end is not True
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
