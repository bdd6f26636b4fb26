import re

import pytest

from dfopt.knowledge.data_files import read_json, read_lines
from dfopt.knowledge.pythons import packaged_pythons
from dfopt.knowledge.tool_releases import newest_on_npm, newest_on_pypi, npm_release, pip_release


def test_a_release_is_one_that_admits_the_interpreter() -> None:
    assert pip_release("pip", "2.7") == "20.3.4"
    assert pip_release("setuptools", "3.6.x") == "59.6.0"
    assert pip_release("pip", "3.4") is None
    assert npm_release("npm", "8") is None
    assert npm_release("npm", None) is None


def test_names_are_compared_as_the_registries_do() -> None:
    assert pip_release("uWSGI", "3.12") == pip_release("uwsgi", "3.12") is not None
    assert npm_release("bower", "8") == npm_release("bower", None) is not None
    assert npm_release("Bower", "8") is None


def test_a_line_whose_first_interpreter_gets_another_release_is_only_known_as_its_newest() -> None:
    data = read_json("tool-releases.json")
    lookups = ((data["pypi"], pip_release, ".99"), (data["npm"], npm_release, ".99.0"))
    for registry, release, newest in lookups:
        for name, releases in registry.items():
            for line in [each for each in releases if f"{each}.0" in releases]:
                assert release(name, line) == releases[line]
                assert release(name, line + newest) is None


@pytest.mark.parametrize("family", ["alpine", "debian", "ubuntu"])
def test_each_distribution_is_in_the_catalogue_with_its_python(family: str) -> None:
    for release in read_json("pythons.json")["python3"][family]:
        *two, three = packaged_pythons(family, release)
        assert two in ([], ["2.7"])
        assert pip_release("pip", three) or three == "3.4"
    assert packaged_pythons(family, "1") == ()


@pytest.mark.parametrize("catalogue", ["newest-pypi.txt", "newest-npm.txt"])
def test_newest_releases_have_a_source_and_a_date_and_are_final_ones(catalogue: str) -> None:
    assert read_lines(catalogue) == sorted(read_lines(catalogue))
    heading, *lines = read_lines(catalogue)
    assert re.fullmatch(r"# [a-z.]+, 20[0-9]{2}-[0-9]{2}", heading)
    assert len({line.partition(" ")[0] for line in lines}) == len(lines)
    assert all(re.fullmatch(r"[^ ]+ [0-9]+(\.[0-9]+)*(\.post[0-9]+)?", line) for line in lines)


def test_no_release_of_a_tool_is_newer_than_the_newest_one() -> None:
    data = read_json("tool-releases.json")
    for registry, newest in ((data["pypi"], newest_on_pypi), (data["npm"], newest_on_npm)):
        for name, releases in registry.items():
            assert max([numbers(each) for each in releases.values()]) <= numbers(newest(name) or "")


def test_the_newest_release_is_known_of_whole_names_as_the_registries_compare_them() -> None:
    assert newest_on_pypi("Flask_Login") == newest_on_pypi("flask-login") is not None
    assert newest_on_npm("@angular/cli") is not None
    assert newest_on_pypi("flas") is newest_on_npm("Serve") is newest_on_pypi("") is None


def numbers(release: str) -> list[int]:
    return [int(each) for each in release.split(".") if each]
