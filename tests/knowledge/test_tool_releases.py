import pytest

from dfopt.knowledge.data_files import read_json
from dfopt.knowledge.pythons import packaged_pythons
from dfopt.knowledge.tool_releases import npm_release, pip_release


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
