import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.knowledge import bases, packages
from dfopt.knowledge.packages import Basis, PackageKind

NAMES = ["curl", "git", "build-essential", "ca-certificates", "nginx", "python3-pip", "default-jdk", "vim", "php"]
suites = st.sampled_from(packages.suites())
names = st.sets(st.sampled_from(NAMES))


def test_a_package_has_sizes_and_dependencies() -> None:
    curl = packages.lookup("bookworm", "curl")
    assert curl is not None
    assert curl.installed_bytes > curl.download_bytes > 100_000
    assert ("libc6",) in curl.depends


def test_what_is_not_in_the_catalogue_gives_none() -> None:
    assert packages.lookup("bookworm", "no-such-package") is None
    assert packages.lookup("no-such-suite", "curl") is None
    assert packages.closure("no-such-suite", ["curl"]).unknown == ("curl",)


@given(suites, names, names)
def test_more_packages_bring_no_less(suite: str, some: set[str], more: set[str]) -> None:
    small, large = packages.closure(suite, some), packages.closure(suite, some | more)
    assert small.installed_bytes <= large.installed_bytes
    assert small.download_bytes <= large.download_bytes


@given(suites, names)
def test_a_closure_is_closed(suite: str, some: set[str]) -> None:
    found = packages.closure(suite, some, recommends=False)
    present = packages.base_set(suite) | {package.name for package in found.packages}
    provided = {name for package in found.packages for name in package.provides}
    for package in found.packages:
        for group in package.depends:
            assert any(
                name in present | provided or not packages.is_known(suite, name) or _base_provides(suite, name)
                for name in group
            )


def _base_provides(suite: str, name: str) -> bool:
    found = (packages.lookup(suite, package) for package in packages.base_set(suite))
    return any(name in package.provides for package in found if package)


@given(suites, names)
def test_recommended_packages_only_add(suite: str, some: set[str]) -> None:
    saved = packages.recommended_bytes(suite, some)
    full = packages.closure(suite, some).installed_bytes
    assert 0 <= saved <= full
    assert packages.recommended_bytes(suite, some) == saved


@given(suites, names)
def test_what_is_there_already_costs_nothing(suite: str, some: set[str]) -> None:
    found = packages.closure(suite, some)
    already = packages.base_set(suite) | {package.name for package in found.packages}
    assert packages.closure(suite, some, already=already).packages == ()


@given(suites, st.lists(st.text(max_size=12), max_size=4))
def test_odd_names_are_unknown_without_error(suite: str, odd: list[str]) -> None:
    found = packages.closure(suite, odd)
    assert set(found.unknown) <= set(odd)


def test_a_name_that_has_gone_is_estimated_by_its_successor() -> None:
    found = packages.closure("bookworm", ["php5-curl"])
    assert found.replaced == (("php5-curl", "php-curl"),)
    assert found.unknown == ()
    assert packages.successor("bookworm", "curl") is None


@pytest.mark.parametrize(
    ("reference", "suite", "basis"),
    [
        ("debian:bookworm-slim", "bookworm", Basis.CATALOGUE),
        ("node:20", "bookworm", Basis.CATALOGUE),
        ("debian:8", "bullseye", Basis.ESTIMATE),
        ("ubuntu:22.04", "bookworm", Basis.ESTIMATE),
        ("ubuntu", "trixie", Basis.ESTIMATE),
    ],
)
def test_a_base_is_priced_by_a_suite(reference: str, suite: str, basis: Basis) -> None:
    base = bases.identify(reference)
    assert base is not None
    assert packages.pricing(base) == packages.Pricing(suite, basis)


@pytest.mark.parametrize("reference", ["alpine:3.20", "centos:7", "scratch", "gcr.io/distroless/static-debian12"])
def test_no_price_is_invented_where_nothing_was_measured(reference: str) -> None:
    base = bases.identify(reference)
    assert base is not None
    assert packages.pricing(base) is None


def test_a_full_language_image_brings_build_tools() -> None:
    slim, full = bases.identify("node:22-slim"), bases.identify("node:22")
    assert slim
    assert full
    lean, rich = packages.present(slim), packages.present(full)
    assert lean
    assert rich
    assert "gcc" in rich - lean
    assert (
        packages.closure("bookworm", ["git", "build-essential"], recommends=False, already=rich).installed_bytes < 10**6
    )
    assert "git" not in lean


def test_official_images_keep_smaller_lists() -> None:
    for suite in packages.suites():
        official, plain = packages.lists_bytes(suite), packages.lists_bytes(suite, official=False)
        assert official is not None
        assert plain is not None
        assert 10_000_000 < official < plain
    assert packages.lists_bytes("sid") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("build-essential", PackageKind.BUILD),
        ("build-base", PackageKind.BUILD),
        ("gcc-c++", PackageKind.BUILD),
        ("gcc-12", PackageKind.BUILD),
        ("gcc-12-base", None),
        ("libssl-dev", PackageKind.HEADERS),
        ("openssl-devel", PackageKind.HEADERS),
        ("libc6-dbg", PackageKind.DEBUG),
        ("nginx-doc", PackageKind.DOCUMENTATION),
        ("vim", PackageKind.EDITOR),
        ("curl", PackageKind.NETWORK_TOOL),
        ("supervisor", PackageKind.INIT),
        ("openssh-server", PackageKind.SERVER),
        ("libpq5", None),
        ("ca-certificates", None),
        ("", None),
    ],
)
def test_the_kind_of_a_package(name: str, kind: PackageKind | None) -> None:
    assert packages.kind(name) is kind
    assert packages.is_build_tool(name) == (kind in {PackageKind.BUILD, PackageKind.HEADERS})
