import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.knowledge import caches


@pytest.mark.parametrize("manager", caches.managers())
def test_a_manager_has_caches_in_absolute_folders(manager: str) -> None:
    found = caches.caches(manager)
    assert found
    for cache in found:
        assert cache.paths
        assert all(path.startswith(("/", "~/")) for path in cache.paths)
        assert cache.sharing in {"shared", "private", "locked"}
        assert cache.clean
        assert all(measured.bytes > 0 for measured in cache.measured)


def test_the_home_is_the_users() -> None:
    assert caches.in_home("~/.npm") == "/root/.npm"
    assert caches.in_home("~/.npm", "/home/node/") == "/home/node/.npm"
    assert caches.in_home("/var/cache/apk", "/home/node") == "/var/cache/apk"


@pytest.mark.parametrize(
    ("path", "home", "manager"),
    [
        ("/var/lib/apt/lists", "/root", "apt"),
        ("/var/lib/apt/lists/x_Packages", "/root", "apt"),
        ("/root/.cache/pip/http", "/root", "pip"),
        ("/home/node/.npm/", "/home/node", "npm"),
        ("/usr/lib/ruby/gems/3.1.0/cache/rack.gem", "/root", "gem"),
    ],
)
def test_a_path_belongs_to_a_cache(path: str, home: str, manager: str) -> None:
    owner = caches.owner_of(path, home)
    assert owner
    assert owner.manager == manager


@pytest.mark.parametrize("path", ["/", "/var/lib/apt", "/root/.npm", "/var/cache/apk-tools", ""])
def test_other_paths_belong_to_none(path: str) -> None:
    assert caches.owner_of(path, "/home/node") is None


@given(st.text(), st.text())
def test_any_path_is_answered_without_error(path: str, home: str) -> None:
    caches.owner_of(path, home)


def test_an_unknown_manager_has_none() -> None:
    assert caches.caches("no-such-manager") == ()
