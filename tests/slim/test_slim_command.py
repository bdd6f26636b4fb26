"""`dfopt slim` without an engine: where the result goes, what is said, and with which status."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dfopt.cli.main import dfopt

SUBJECTS = Path(__file__).parents[2] / "fixtures" / "slim"
REFUSED = SUBJECTS / "plans" / "refused"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(SUBJECTS / "nginx", tmp_path, dirs_exist_ok=True)
    return tmp_path


def run(*arguments: object, data: bytes | None = None) -> Result:
    return CliRunner().invoke(dfopt, ["slim", "--engine", "none", *map(str, arguments)], input=data)


def test_the_result_goes_beside_the_file(project):
    before = (project / "Dockerfile").read_bytes()
    done = run(project / "Dockerfile")
    assert done.exit_code == 0
    assert (project / "Dockerfile").read_bytes() == before
    assert b"FROM scratch AS slim" in (project / "Dockerfile.slim").read_bytes()
    assert run(project / "Dockerfile").exit_code == 0


def test_a_file_of_somebody_else_is_not_replaced(project):
    (project / "Dockerfile.slim").write_text("FROM debian\n")
    done = run(project / "Dockerfile")
    assert done.exit_code == 2
    assert "--output" in done.stderr
    assert (project / "Dockerfile.slim").read_text() == "FROM debian\n"


def test_in_place_keeps_the_mode(project):
    path = project / "Dockerfile"
    path.chmod(0o600)
    assert run("--in-place", path).exit_code == 0
    assert b"FROM scratch AS slim" in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in project.iterdir()) == sorted(
        each.name for each in (SUBJECTS / "nginx").iterdir()
    )


def test_in_place_twice_is_in_place_once(project):
    path = project / "Dockerfile"
    assert run("--in-place", path).exit_code == 0
    written = path.read_bytes()
    assert run("--in-place", path).exit_code == 0
    assert path.read_bytes() == written
    assert run(path).exit_code == 0
    assert path.read_bytes() == written
    assert not (project / "Dockerfile.slim").exists()


def test_a_renewed_file_takes_up_what_was_changed_above(project):
    path = project / "Dockerfile"
    run("--in-place", path)
    path.write_bytes(path.read_bytes().replace(b"install -y nginx", b"install -y nginx libnginx-mod-stream"))
    assert run(path).exit_code == 0
    assert b"nginx libnginx-mod-stream > named" in path.read_bytes()


def test_a_file_whose_stages_were_changed_is_not_renewed(project):
    path = project / "Dockerfile"
    run("--in-place", path)
    path.write_bytes(path.read_bytes() + b"FROM debian\n")
    before = path.read_bytes()
    done = run("--format", "json", "--in-place", path)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["reason"]["code"] == "renewal"
    assert path.read_bytes() == before


def test_choices_of_the_configuration_stand_beside_those_of_the_command_line(project):
    (project / "dfopt.toml").write_text('[slim]\nkeep = ["/etc/vim/**"]\ndrop = ["/usr/share/nginx/**"]\n')
    data = json.loads(run("--dry-run", "--format", "json", "--keep", "/etc/motd", project / "Dockerfile").stdout)
    assert data["plan"]["roots"]["chosen"] == ["/etc/vim/**", "/etc/motd"]
    assert data["plan"]["roots"]["rejected"] == ["/usr/share/nginx/**"]


def test_a_wrong_key_of_the_configuration_leaves_status_2(project):
    (project / "dfopt.toml").write_text('[slim]\nkeeep = ["/etc/vim/**"]\n')
    done = run("--dry-run", project / "Dockerfile")
    assert done.exit_code == 2
    assert "the nearest key is 'keep'" in done.stderr


def test_choices_hold_where_files_are_listed(tmp_path):
    shutil.copytree(SUBJECTS / "go-static", tmp_path, dirs_exist_ok=True)
    options = ("--keep", "/etc/*.conf", "--keep", "/usr/share/doc/**", "--keep", "/srv/**/page", "--drop", "/etc/motd")
    assert run(*options, tmp_path / "Dockerfile").exit_code == 0
    written = (tmp_path / "Dockerfile.slim").read_text()
    script = written.partition("FROM original AS gathered\n")[2].partition("\n\n")[0]
    assert script.endswith(
        "    && cd / && for path in \\\n        etc/*.conf \\\n        usr/share/doc \\\n"
        "        $(find srv -path 'srv/*/page') \\\n"
        '    ; do if [ -e "$path" ]; then tar -cf - "$path" | tar -C /dfopt -xpf -; fi; done \\\n'
        "    && cd /dfopt && rm -rf etc/motd"
    )


def test_an_ignore_file_of_its_own_is_not_forgotten(project):
    (project / "Dockerfile.dockerignore").write_text("*.log\n")
    assert "Dockerfile.slim.dockerignore" in run(project / "Dockerfile").stderr


def test_output_names_the_file(project):
    assert run("--output", project / "new", project / "Dockerfile").exit_code == 0
    assert (project / "new").exists()
    assert not (project / "Dockerfile.slim").exists()


def test_a_dry_run_writes_nothing(project):
    names = sorted(each.name for each in project.iterdir())
    done = run("--dry-run", project / "Dockerfile")
    assert done.exit_code == 0
    assert "nginx" in done.stdout
    assert sorted(each.name for each in project.iterdir()) == names


def test_standard_input_goes_to_standard_output(project):
    done = run("-", data=(project / "Dockerfile").read_bytes())
    assert done.exit_code == 0
    assert "FROM scratch AS slim" in done.stdout
    assert "written to" in done.stderr


def test_json_has_the_plan_and_the_file(project):
    done = run("--format", "json", "--dry-run", project / "Dockerfile")
    data = json.loads(done.stdout)
    assert data["status"] == "slimmed"
    assert data["output"] is None
    assert data["plan"]["recipe"] == "closure"
    assert {"name": "nginx", "why": "package installed by name", "is_optional": False} in data["plan"]["kept"]
    assert data["dockerfile"].endswith('CMD ["nginx", "-g", "daemon off;"]\n')


def test_a_refusal_says_why_and_leaves_status_1():
    path = REFUSED / "unknown-base.Dockerfile"
    before = path.read_bytes()
    done = run("--in-place", path)
    assert done.exit_code == 1
    assert "example.org/team/base" in done.stdout
    assert path.read_bytes() == before
    data = json.loads(run("--format", "json", path).stdout)
    assert data["status"] == "unchanged"
    assert data["reason"]["code"] == "unknown-base"
    assert data["dockerfile"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "No such file"),
        (["."], "is a folder"),
        (["--in-place", "--dry-run", "x"], "exclude each other"),
        (["--in-place", "-"], "standard input"),
        (["--keep", "etc/motd", "x"], "does not begin with /"),
        (["--why", "/x", "--dry-run", "x"], "exclude each other"),
        (["--build-arg", "X", "x"], "NAME=VALUE"),
        (["--output", "/nowhere/x", str(SUBJECTS / "nginx" / "Dockerfile")], "/nowhere"),
    ],
)
def test_wrong_use_leaves_status_2(arguments, said):
    done = run(*arguments)
    assert done.exit_code == 2
    assert said.lower() in done.stderr.lower()


def test_build_arguments_and_target_reach_the_plan():
    path = SUBJECTS / "plans" / "restated" / "stages.Dockerfile"
    data = json.loads(run("--dry-run", "--format", "json", "--target", "base", path).stdout)
    assert data["plan"]["stages"]["original"] == "base"
