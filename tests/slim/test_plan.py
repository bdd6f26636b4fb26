"""Plans and results over whole files: what is refused and why, what is kept as it was, what the result says."""

import subprocess
from pathlib import Path

import dockerfile
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dfopt
from dfopt.model import Context, Model
from dfopt.slim.renewal import stage_before
from dfopt.slim.slimming import slim
from dfopt.slim.writer import MARK
from dfopt.syntax.parser import parse

FIXTURES = Path(__file__).parents[2] / "fixtures"
PLANS = FIXTURES / "slim" / "plans"
SUBJECTS = [path for path in sorted((FIXTURES / "slim").glob("*/Dockerfile")) if slim(path).is_slimmed]
RESTATED = sorted((PLANS / "restated").glob("*.Dockerfile"))
REAL = sorted((FIXTURES / "syntax" / "real").glob("*.Dockerfile"))


def name(path: Path) -> str:
    return path.parent.name if path.name == "Dockerfile" else path.name.removesuffix(".Dockerfile")


@pytest.mark.parametrize("path", sorted((PLANS / "refused").glob("*.Dockerfile")), ids=name)
def test_what_can_not_be_slimmed_is_left_as_it_is(path):
    result = slim(path.read_bytes())
    assert result.refusal is not None
    assert result.refusal.code == path.name.partition(".")[0]
    assert result.data == path.read_bytes()
    assert not result.is_slimmed
    assert result.plan is None


@pytest.mark.parametrize("path", RESTATED, ids=name)
def test_the_final_stage_restates_the_configuration(path):
    result = slim(path.read_bytes())
    assert result.plan is not None, result.refusal
    assert "\n".join([*result.plan.restated, ""]) == path.with_suffix(".restated").read_text()


@pytest.mark.parametrize("path", [*SUBJECTS, *RESTATED], ids=name)
def test_the_original_builds_as_before(path):
    """Its lines are all there in their order, but for triggers; only FROM is given a name."""
    result = slim(path)
    kept = iter(result.data.decode().splitlines())
    for line in path.read_text().splitlines():
        if not line.startswith("ONBUILD"):
            same = (line, line.removesuffix("\\"), f"{line} AS original", f"RUN CGO_ENABLED=0 {line[4:]}")
            assert any(found in same for found in kept), line


@pytest.mark.parametrize("path", [*SUBJECTS, *RESTATED], ids=name)
def test_two_other_readers_find_the_same_instructions(path):
    result = slim(path)
    keywords = [each.keyword for each in parse(result.data).instructions]
    assert [each.cmd.upper() for each in dockerfile.parse_string(result.data.decode())] == keywords


@pytest.mark.parametrize("path", [*SUBJECTS, *RESTATED], ids=name)
def test_a_result_is_renewed_and_stays_as_it_is(path):
    result = slim(path)
    assert stage_before(result.data) is not None
    again = slim(result.data, context=Context.at(path.parent, path))
    assert again.refusal is None
    assert again.data.decode() == result.data.decode()


@pytest.mark.parametrize("path", REAL, ids=name)
def test_real_files_never_raise_and_keep_their_instructions(path):
    data = path.read_bytes()
    result = slim(data)
    if not result.is_slimmed:
        assert result.data == data
        return
    before = [each.keyword for each in parse(data).instructions if each.keyword != "ONBUILD"]
    after = [each.keyword for each in parse(result.data).instructions]
    assert after[: len(before)] == before


@given(data=st.sampled_from([path.read_bytes() for path in RESTATED]), end=st.sampled_from([b"\n", b"\r\n"]))
def test_line_ends_are_those_of_the_file(data, end):
    result = slim(data.replace(b"\n", end))
    assert result.is_slimmed
    assert result.data.count(b"\n") == result.data.count(end)
    assert result.data.count(b"\r") == (result.data.count(b"\n") if end == b"\r\n" else 0)


def test_directives_and_the_byte_order_mark_stay_first(tmp_path):
    data = (PLANS / "restated" / "shell-kept.Dockerfile").read_bytes()
    head = b"\xef\xbb\xbf# syntax=docker/dockerfile:1\n# check=skip=all\n"
    result = slim(head + data)
    assert result.data.startswith(head + b"# " + MARK.encode())
    assert parse(result.data).directive("syntax") == "docker/dockerfile:1"


def test_a_missing_line_end_is_added():
    data = (PLANS / "restated" / "shell-kept.Dockerfile").read_bytes().rstrip(b"\n")
    assert slim(data).is_slimmed


def test_a_build_argument_settles_the_base():
    path = PLANS / "refused" / "unresolved-base.Dockerfile"
    result = slim(path.read_bytes(), build_args={"BASE": "bookworm"})
    assert result.is_slimmed
    assert b"FROM debian:${BASE} AS original" in result.data


def test_a_target_is_slimmed_under_its_own_name():
    path = PLANS / "restated" / "stages.Dockerfile"
    result = slim(path.read_bytes(), target="base")
    assert result.plan is not None
    assert result.plan.names.original == "base"
    assert slim(path.read_bytes(), target="nothing").refusal.code == "no-target"


def test_choices_reach_the_stage_that_gathers():
    path = FIXTURES / "slim" / "nginx" / "Dockerfile"
    result = slim(path, keep=("/usr/share/doc/nginx/**",), drop=("/etc/nginx/modules-enabled/**",))
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert result.plan.contents.roots.chosen == ("/usr/share/doc/nginx/**",)
    assert result.plan.contents.roots.rejected == ("/etc/nginx/modules-enabled/**",)


def test_the_context_tells_where_a_copied_folder_goes(tmp_path):
    (tmp_path / "etc" / "app").mkdir(parents=True)
    (tmp_path / "etc" / "app" / "settings").touch()
    path = PLANS / "refused" / "copy-over-root.Dockerfile"
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "server").touch()
    result = slim(path.read_bytes(), context=Context.at(tmp_path))
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert result.plan.contents.roots.brought == ("/server",)


def test_copies_start_from_the_base_s_own_folder():
    result = slim((PLANS / "restated" / "relative.Dockerfile").read_bytes())
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert result.plan.contents.roots.brought == ("/go",)


def test_the_package_is_the_function():
    path = FIXTURES / "slim" / "nginx" / "Dockerfile"
    assert dfopt.slim(path) == slim(path)


def test_the_result_has_the_configuration_of_the_original():
    """By the model, for files whose base says nothing but PATH."""
    path = PLANS / "restated" / "arguments.Dockerfile"
    for build_args in ({}, {"VERSION": "2", "PORT": "99"}):
        before = Model(parse(path.read_bytes()), None, build_args).final_stage.config
        after = Model(parse(slim(path.read_bytes()).data), None, build_args).final_stage.config
        assert {name: after.env[name] for name in before.env} == dict(before.env)
        for field in ("workdir", "exposed", "labels", "cmd", "entrypoint"):
            assert getattr(after, field) == getattr(before, field)


def test_places_in_variables_are_those_of_the_base_or_looked_for_anywhere():
    result = slim((PLANS / "restated" / "base-paths.Dockerfile").read_bytes())
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert result.plan.contents.roots.brought == ("/usr/local/tomcat",)
    assert "/**/conf/settings.xml" in result.plan.contents.roots.keep


def test_a_java_for_programs_that_start_it_themselves_is_kept_but_for_what_makes_another():
    head = b"FROM debian:12\nRUN apt-get update && apt-get install -y openjdk-17-jdk\n"
    result = slim(head + b'ENV JAVA_HOME=/usr/lib/jvm/java\nCOPY run.sh /\nCMD ["/run.sh"]\n')
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert "/usr/lib/jvm/java/**" in result.plan.contents.roots.keep
    assert "/usr/lib/jvm/java/jmods/**" in result.plan.contents.roots.drop


def test_who_logs_in_needs_a_shell():
    result = slim(b'FROM debian:12\nCMD ["su", "-c", "run a b", "www-data"]\n')
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert {"/bin/sh", "/bin/bash"} <= set(result.plan.contents.roots.start)


@pytest.mark.parametrize("start", ["npm-run-all", "./node_modules/.bin/run-p", "/app/node_modules/.bin/run-s"])
def test_what_runs_scripts_of_package_json_needs_npm(start):
    head = b"FROM node:20-alpine\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"
    result = slim(head + f'CMD ["{start}", "server", "client"]\n'.encode())
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert "npm" in result.plan.contents.roots.start


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("./google-chrome-stable_current_amd64.deb", ("google-chrome-stable",)),
        ("/tmp/grafana_${VERSION}_$(dpkg --print-architecture).deb", ("grafana",)),
        ("/tmp/chrome.deb", ()),
        ("./${NAME}_1.0_all.deb", ()),
    ],
)
def test_files_of_packages_name_these(file, named):
    result = slim(f'FROM debian:12\nRUN apt-get install -y {file}\nCMD ["/start.sh"]\n'.encode())
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert result.plan.contents.roots.named == named


def test_people_decide_before_the_plan_where_files_are_listed(tmp_path):
    path = PLANS / "recipes" / "dotnet.Dockerfile"
    result = slim(path.read_bytes(), keep=("/app/src/**.cs",), drop=("/app/src/secret.cs",))
    script = result.data.decode().partition("AS gathered\n")[2].partition("\n\n")[0].partition("RUN ")[2]
    sources = tmp_path / "root" / "app" / "src"
    sources.mkdir(parents=True)
    for name in ("page.cs", "secret.cs", "project.csproj", "page.html"):
        (sources / name).touch()
    script = script.replace("/dfopt", f"{tmp_path}/out").replace("cd / ", f"cd {tmp_path}/root ").replace("\\\n", "")
    subprocess.run(["sh", "-ec", script], check=True)
    assert sorted(path.name for path in tmp_path.glob("out/app/src/*")) == ["page.cs", "page.html"]
