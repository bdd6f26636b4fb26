"""Write the sizes of Alpine's images, of their root file systems, into ``dfopt/knowledge/data/base-sizes.json``.

    python bench/catalogue/alpine_sizes.py CLONE

CLONE is a git directory of alpinelinux/docker-alpine, which has a branch with the archives of each release. The image
of a release is one layer with the files of its archive.
"""

import io
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from clones import git

DATA = Path(__file__).parents[2] / "dfopt/knowledge/data/base-sizes.json"
RELEASE = re.compile(r"v(3\.[0-9]+)")


def main() -> None:
    clone = sys.argv[1]
    document = json.loads(DATA.read_text("utf-8"))
    for branch in git(clone, "for-each-ref", "--format=%(refname:short)", "refs/heads").split():
        if release := RELEASE.fullmatch(branch):
            document["sizes"][f"alpine:{release[1]}"] = measured(clone, branch)
    sizes = [f"  {json.dumps(name)}: {json.dumps(size)}" for name, size in sorted(document.pop("sizes").items())]
    head = json.dumps(document, indent=1).removesuffix("\n}")
    DATA.write_text(f'{head},\n "sizes": {{\n' + ",\n".join(sizes) + "\n }\n}\n", "utf-8")


def measured(clone: str, branch: str) -> dict[str, object]:
    paths = git(clone, "ls-tree", "-r", "--name-only", branch).splitlines()
    path = next(path for path in paths if re.fullmatch(r".*x86_64.*\.tar\.gz", path))
    command = ["git", f"--git-dir={clone}", "cat-file", "blob", f"{branch}:{path}"]
    archive = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        unpacked = sum(member.size for member in files if member.isreg())
    date = git(clone, "log", "-1", "--format=%cs", branch).strip()
    return {"compressed": len(archive), "uncompressed": unpacked, "date": date}


if __name__ == "__main__":
    main()
