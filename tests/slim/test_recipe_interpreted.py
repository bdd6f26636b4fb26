"""Recipes for Python and static sites: what only builds or installs stays behind where nothing that runs needs it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dfopt.images import find_engine
from dfopt.slim.measures import measure
from dfopt.slim.plan import Plan
from dfopt.slim.slimming import slim
from tests.behaviours import behaviours

SUBJECTS = Path(__file__).parents[2] / "fixtures" / "slim" / "recipes"


def plan(path: Path) -> Plan:
    result = slim(path)
    assert result.plan is not None, result.refusal
    return result.plan


@pytest.fixture(params=[("python-pip", "python"), ("static-node", "static")], ids=lambda param: param[0])
def subject(request, tmp_path):
    folder, recipe = request.param
    shutil.copytree(SUBJECTS / folder, tmp_path, dirs_exist_ok=True)
    return tmp_path, recipe


def test_the_tools_of_the_build_are_left_behind(subject):
    folder, recipe = subject
    contents = plan(folder / "Dockerfile").contents
    assert contents.recipe == recipe
    assert contents.roots is not None
    left = {
        "python": {"/**/site-packages/pip/**", "/**/bin/pip"},
        "static": {"/site/node_modules/**", "/usr/local/bin/node"},
    }
    assert left[recipe] <= set(contents.roots.drop)


def test_without_the_context_nothing_is_assumed_of_it(subject):
    folder, recipe = subject
    result = slim((folder / "Dockerfile").read_bytes())
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert result.plan.contents.roots.drop == ()
    assert result.plan.passed_over[recipe].code == f"{recipe}-unseen"


@pytest.mark.parametrize(
    ("folder", "file", "text", "code"),
    [
        ("python-pip", "run.sh", "#!/bin/sh\npip install -r extra.txt\nexec gunicorn app:app\n", "python-installer"),
        (
            "python-pip",
            "later.py",
            'subprocess.run([sys.executable, "-m", "pip", "install", name])',
            "python-installer",
        ),
        ("static-node", "start.sh", "#!/bin/sh\nnode generate.js\n", "static-tools"),
        ("static-node", "src/old.html", '<script src="/node_modules/a/a.js"></script>', "static-tools"),
    ],
)
def test_tools_stay_where_something_names_them(folder, file, text, code, tmp_path):
    shutil.copytree(SUBJECTS / folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / file).write_text(text)
    passed_over = plan(tmp_path / "Dockerfile").passed_over
    assert code in [refusal.code for refusal in passed_over.values()]


@pytest.mark.parametrize(
    ("start", "recipe"),
    [
        ('["docker-entrypoint.sh", "nginx", "-g", "daemon off;"]', "static"),
        ("service nginx start && tail -f /var/log/nginx/access.log", "static"),
        ("node api.js & exec nginx -g 'daemon off;'", "closure"),
        ("tail -f /var/log/nginx/access.log", "closure"),
    ],
)
def test_a_script_may_start_the_server(start, recipe, tmp_path):
    shutil.copytree(SUBJECTS / "static-node", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "Dockerfile"
    path.write_text(path.read_text().partition("CMD")[0] + f"CMD {start}\n")
    assert plan(path).contents.recipe == recipe


def test_poetry_stays_behind_with_its_own_environment(tmp_path):
    shutil.copytree(SUBJECTS / "python-pip", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "Dockerfile"
    install = b"ENV POETRY_HOME=/opt/poetry\nRUN pip install poetry && poetry install --only main\n"
    path.write_bytes(path.read_bytes().replace(b"RUN pip install", install + b"RUN pip install", 1))
    roots = plan(path).contents.roots
    assert roots is not None
    assert {"/opt/poetry/**", "/**/site-packages/poetry/**", "/**/pypoetry/venv/**"} <= set(roots.drop)


def test_a_program_that_uv_runs_keeps_uv(tmp_path):
    shutil.copytree(SUBJECTS / "python-pip", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "Dockerfile"
    path.write_bytes(path.read_bytes().replace(b"CMD gunicorn", b"CMD uv run gunicorn"))
    assert plan(path).passed_over["python"].code == "python-installer"


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "stand_in", "most_bytes"), [("python-pip", "python", 62_000_000), ("static-node", "node", 15_000_000)]
)
def test_every_behaviour_is_kept_in_a_small_image(folder, stand_in, most_bytes, tmp_path):
    shutil.copytree(SUBJECTS / folder, tmp_path, dirs_exist_ok=True)
    subprocess.run([SUBJECTS / "stand-ins" / "build", stand_in], check=True, env={**os.environ, "DOCKER_BUILDKIT": "0"})
    result = slim(tmp_path / "Dockerfile")
    assert result.is_slimmed
    with find_engine("docker") as engine:
        images = [engine.build(tmp_path, data, network="host") for data in (tmp_path / "Dockerfile", result.data)]
        before, after = (behaviours(engine, image, SUBJECTS / folder) for image in images)
        assert before
        assert after == before
        assert measure(engine, images[1]).bytes <= most_bytes


@pytest.mark.parametrize(
    ("start", "script", "recipe"),
    [
        ('ENTRYPOINT ["./docker-entrypoint.sh"]\nCMD ["gunicorn", "app:app"]', 'exec "$@"', "python"),
        ("CMD ./start.sh", "python manage.py migrate\nexec gunicorn app:app", "python"),
        ("CMD ./start.sh", "exec nginx -g 'daemon off;'", "closure"),
        ("CMD ./start.sh", "pip install -r extra.txt\nexec gunicorn app:app", "closure"),
    ],
)
def test_a_script_may_start_the_program(start, script, recipe, tmp_path):
    for name in ("docker-entrypoint.sh", "start.sh"):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "Dockerfile").write_text(
        "FROM debian:bookworm\nWORKDIR /app\nRUN apt-get update && apt-get install -y python3-pip nginx"
        f" && pip install gunicorn\nCOPY *.sh ./\n{start}\n"
    )
    assert plan(tmp_path / "Dockerfile").contents.recipe == recipe
