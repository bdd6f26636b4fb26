"""Original and slimmed images of the subjects side by side: all probes on both, and the sizes."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from dfopt.cli.main import dfopt
from dfopt.images import find_engine
from dfopt.slim.measures import measure
from tests.behaviours import behaviours

SUBJECTS = Path(__file__).parents[2] / "fixtures" / "slim"
NETWORK = "host"

CASES = [
    ("nginx", {}, 10_200_000),
    ("apache-php", {"SUITE": "bookworm"}, 82_000_000),
    ("apache-php", {"SUITE": "trixie"}, 52_000_000),
    ("mariadb", {}, 165_000_000),
    ("go-static", {}, 9_000_000),
    ("go-cgo", {}, 20_000_000),
    ("c-static", {}, 5_000_000),
    ("c-dynamic", {}, 6_000_000),
    ("ping", {}, 6_000_000),
    ("scripts", {}, 34_000_000),
    ("proftpd", {}, 24_000_000),
    ("slapd", {}, 25_000_000),
    ("cpp-service", {}, 34_000_000),
    ("go-service", {}, 17_000_000),
    ("java-server", {}, 225_000_000),
    ("node-express", {}, 132_000_000),
    ("perl-mojolicious", {}, 73_000_000),
    ("php-fpm", {}, 85_000_000),
    ("postgresql", {}, 188_000_000),
    ("python-flask", {}, 56_000_000),
    ("redis", {}, 23_000_000),
    ("ruby-sinatra", {}, 38_000_000),
    ("rust-service", {}, 38_000_000),
]

# Programs that no file names: compressed in a jar, and in the text of a query.
KEPT_BY_CHOICE = {"java-server": ("/usr/bin/uname",), "postgresql": ("/usr/bin/cat",)}


def slimmed(folder: Path, build_args: dict[str, str]) -> Path:
    options = [f"--build-arg={name}={value}" for name, value in build_args.items()]
    options += [f"--keep={path}" for path in KEPT_BY_CHOICE.get(folder.name, ())]
    done = CliRunner().invoke(dfopt, ["slim", "--engine", "none", *options, str(folder / "Dockerfile")])
    assert done.exit_code == 0, done.output
    return folder / "Dockerfile.slim"


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize(("subject", "build_args", "most_bytes"), CASES, ids=str)
def test_every_behaviour_is_kept_in_a_small_image(subject, build_args, most_bytes, tmp_path):
    folder = tmp_path / subject
    shutil.copytree(SUBJECTS / subject, folder)
    with find_engine("auto") as engine:
        images = [
            engine.build(folder, path, network=NETWORK, build_args=build_args)
            for path in (folder / "Dockerfile", slimmed(folder, build_args))
        ]
        before, after = (behaviours(engine, image, SUBJECTS / subject) for image in images)
        assert before
        assert after == before
        configs = [engine.config(image) for image in images]
        assert configs[0].env == configs[1].env
        for field in ("workdir", "user", "exposed_ports", "volumes", "labels", "stop_signal", "onbuild"):
            assert getattr(configs[0], field) == getattr(configs[1], field)
        figures = [measure(engine, image) for image in images]
    assert figures[1].bytes <= most_bytes
    assert figures[1].setuid < figures[0].setuid
    assert figures[1].packages < figures[0].packages
