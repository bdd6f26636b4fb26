"""Recipes for Rust, Java, Node and .NET: what is planned, and what the images do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from dfopt.images import ImageConfig, find_engine
from dfopt.slim.slimming import slim
from dfopt.slim.verification import differences
from tests.behaviours import behaviours

FIXTURES = Path(__file__).parents[2] / "fixtures" / "slim"
RECIPES = FIXTURES / "recipes"


def contents(path: Path):
    result = slim(path)
    assert result.plan is not None, result.refusal
    return result.plan.contents


@pytest.mark.parametrize(("subject", "recipe"), [("rust", "rust"), ("java-maven", "java"), ("node-npm", "node")])
def test_the_dockerfile_tells_the_ecosystem(subject, recipe):
    assert contents(RECIPES / subject / "Dockerfile").recipe == recipe


def test_a_rust_toolchain_and_what_cargo_leaves_stay_behind():
    roots = contents(RECIPES / "rust" / "Dockerfile").roots
    assert {"/usr/local/rustup/**", "/usr/local/cargo/**", "/usr/src/notes/target/**/deps/**"} <= set(roots.drop)
    assert "date" in roots.start


def test_a_jdk_keeps_its_modules_compressed():
    planned = contents(RECIPES / "java-maven" / "Dockerfile")
    assert "--list-modules" in planned.preparing
    assert "/app/target/classes/**" in planned.roots.drop


def test_a_script_with_arguments_behind_it_may_start_java(tmp_path):
    shutil.copytree(RECIPES / "java-maven", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "Dockerfile"
    script = 'exec java $JAVA_OPTS -jar target/ledger-1.0.jar \\"$@\\"'
    start = f'ENTRYPOINT ["sh", "-c", "{script}", "--"]\nCMD ["18231", "--quiet"]\n'
    path.write_text(path.read_text().partition("CMD")[0] + start)
    planned = contents(path)
    assert planned.recipe == "java"
    assert {"18231", "--quiet"} <= set(planned.roots.start)


def test_a_program_that_compiles_keeps_what_older_releases_have(tmp_path):
    shutil.copytree(RECIPES / "java-maven", tmp_path, dirs_exist_ok=True)
    assert "lib/ct.sym" in contents(tmp_path / "Dockerfile").preparing
    source = tmp_path / "src" / "main" / "java" / "org" / "example" / "Late.java"
    source.write_text("class Late { Object compiler = javax.tools.ToolProvider.getSystemJavaCompiler(); }")
    planned = contents(tmp_path / "Dockerfile")
    assert "lib/ct.sym" not in planned.preparing
    assert "/**/lib/ct.sym" in planned.roots.keep


def test_an_archive_of_classes_forbids_other_modules(tmp_path):
    shutil.copytree(RECIPES / "java-maven", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "Dockerfile"
    path.write_text(path.read_text().replace("java $JAVA_OPTS", "java -XX:SharedArchiveFile=app.jsa"))
    assert contents(path).preparing == ""


@pytest.mark.parametrize(
    ("script", "recipe"),
    [("exec java -cp target/classes org.example.Ledger 18231", "java"), ("javac A.java && java A", "closure")],
)
def test_a_script_of_the_context_may_run_java_alone(script, recipe, tmp_path):
    shutil.copytree(RECIPES / "java-maven", tmp_path, dirs_exist_ok=True)
    (tmp_path / "run.sh").write_text(f"#!/bin/sh\nset -e\n{script}\n")
    path = tmp_path / "Dockerfile"
    path.write_text(path.read_text().partition("CMD")[0] + 'CMD ["./run.sh"]\n')
    planned = contents(path)
    assert planned.recipe == recipe
    assert "/app/target/classes/**" not in planned.roots.drop


def test_a_script_that_gradle_makes_runs_java():
    planned = contents(FIXTURES / "plans" / "recipes" / "gradle-application.Dockerfile")
    assert planned.recipe == "java"
    assert '$(command -v "${JAVA_HOME:-}/bin/java" || command -v java)' in planned.preparing


@pytest.mark.parametrize(
    ("base", "command", "recipe"),
    [
        ("tomcat:10.1-jdk17", 'CMD ["catalina.sh", "run"]', "java"),
        ("tomcat:10.1-jdk17", 'CMD ["catalina.sh", "debug"]', "closure"),
        ("tomcat:10.1-jre17", 'CMD ["catalina.sh", "run"]', "closure"),
        ("jetty:11", "EXPOSE 8080", "java"),
    ],
)
def test_a_container_of_servlets_needs_no_tools_of_a_jdk(base, command, recipe, tmp_path):
    (tmp_path / "shop.war").write_bytes(b"")
    (tmp_path / "Dockerfile").write_text(f"FROM {base}\nCOPY shop.war webapps/\n{command}\n")
    assert contents(tmp_path / "Dockerfile").recipe == recipe


def test_a_start_script_that_only_runs_node_needs_no_package_manager():
    planned = contents(RECIPES / "node-npm" / "Dockerfile")
    assert planned.start.cmd == ("node", "lib/server.js", "18232")
    assert planned.roots.start[:2] == ("docker-entrypoint.sh", "node")
    assert "npm" not in planned.roots.start


def test_a_program_that_does_not_end_by_itself_keeps_its_package_manager(tmp_path):
    shutil.copytree(RECIPES / "node-npm", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "lib" / "server.js"
    path.write_text(path.read_text().replace("SIGTERM", "SIGUSR2"))
    result = slim(tmp_path / "Dockerfile")
    assert result.plan.contents.recipe == "closure"
    assert result.plan.passed_over["node"].code == "node-signals"


def test_a_dotnet_program_goes_to_the_chiseled_image_of_its_version():
    result = slim(FIXTURES / "plans" / "recipes" / "dotnet.Dockerfile")
    assert result.plan.contents.base == "mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled-extra"
    assert "USER root" in result.plan.restated


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize(
    ("subject", "stand_in"),
    [("rust", "rust"), ("java-maven", "maven"), ("node-npm", "node"), ("node-yarn", "node")],
    ids=str,
)
def test_every_behaviour_is_kept(subject, stand_in, tmp_path):
    subprocess.run([RECIPES / "stand-ins" / "build", stand_in], check=True, capture_output=True)
    shutil.copytree(RECIPES / subject, tmp_path, dirs_exist_ok=True)
    (tmp_path / "Dockerfile.slim").write_bytes(slim(tmp_path / "Dockerfile").data)
    with find_engine("auto") as engine:
        images = [engine.build(tmp_path, tmp_path / name, network="host") for name in ("Dockerfile", "Dockerfile.slim")]
        before, after = (behaviours(engine, image, RECIPES / subject) for image in images)
    assert len(before) >= 8
    assert set(before) <= set(after)


def test_a_start_without_the_package_manager_is_a_declared_difference():
    def config(*words):
        return ImageConfig.parse({"Cmd": list(words)}, os="linux", architecture="amd64")

    images = [config("npm", "start"), config("node", "lib/server.js")]
    assert [each.declared is not None for each in differences(*images, frozenset())] == [True]
    images = [config("node", "a.js"), config("node", "b.js")]
    assert [each.declared for each in differences(*images, frozenset())] == [None]
