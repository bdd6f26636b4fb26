"""The page, in a real browser: it works alone, by keyboard, for those who don't see it, and whatever the names are."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dfopt.layers.answers import Answers, Proposal, ProposalKind
from dfopt.layers.fleet import Basis, Place
from dfopt.layers.picture.page import write
from dfopt.sizes import readable

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "fixtures" / "layers" / "picture"
CONTROLS = {"button", "searchbox", "tree", "treeitem", "link", "region", "complementary", "navigation", "columnheader"}


@pytest.fixture
def opened(browser, tmp_path):
    """Opens the page of a fleet; at the end nothing must have been complained of, or asked from the network."""
    contexts, complaints = [], []

    def heard(request) -> None:
        if not request.url.startswith(("file://", "data:")):
            complaints.append(request.url)

    def opener(answers: Answers, **options) -> Page:
        path = tmp_path / "layers.html"
        path.write_text(write(answers), "utf-8")
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", heard)
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield opener
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def article(answers) -> Answers:
    proposal = Proposal(
        ProposalKind.BASE,
        "Start php/Dockerfile from example/base:12.",
        20_000_000,
        Basis.ESTIMATE,
        ("example/php:8.4",),
        (Place("php/Dockerfile", 1),),
    )
    return replace(answers("article"), proposals=(proposal,))


def item(page: Page, words: str):
    return page.locator(".item").filter(has=page.locator("title", has_text=words)).first


def test_the_page_is_one_file_with_nothing_from_elsewhere(article):
    text = write(article)
    assert text == write(article)
    assert re.findall(r"""(?:src|href|action|url)\s*=?\s*["'(]?\s*(?:https?:|//)""", text) == []
    assert "default-src &#39;none&#39;" in text


def test_totals_picture_table_and_proposals_agree_with_the_answers(opened, article):
    page = opened(article)
    expect(page.locator("#totals")).to_contain_text(readable(article.stored_bytes))
    expect(page.locator("#totals")).to_contain_text(readable(article.sum_bytes))
    expect(page.locator(".item.box")).to_have_count(7)
    expect(page.locator("#rows tr")).to_have_count(5)
    row = page.locator("#rows tr").first.inner_text()
    assert row.split() == "example/mariadb:10.11 436 MB 138 MB 298 MB 46.0 MB 4".split()
    expect(page.locator("#proposals")).to_contain_text("saves about 20.0 MB")
    page.get_by_role("button", name="Show in the picture").click()
    expect(page.locator(".item.dim")).to_have_count(5)
    expect(page.locator("#found")).to_have_text("1 image highlighted")


def test_a_layer_shows_its_files_its_waste_and_what_it_stands_on(opened, article):
    page = opened(article)
    item(page, "mariadb-server").locator(".shape").click()
    details = page.get_by_role("complementary")
    expect(details).to_contain_text("RUN apt-get update && apt-get install -y mariadb-server")
    expect(details).to_contain_text("mariadb/Dockerfile:2")
    expect(details.locator(".files.waste li")).to_have_count(1)
    expect(details.locator(".files.waste")).to_contain_text("46.0 MB")
    expect(details.locator(".files:not(.waste) li").nth(1)).to_contain_text("usr/sbin/mariadbd")
    assert [row.split("\n")[0] for row in details.locator(".pile li").all_inner_texts()] == [
        "RUN apt-get update && apt-get install -y mariadb-server",
        "example/base:12",
        "debian:bookworm",
    ]
    details.get_by_role("button", name="debian:bookworm").click()
    expect(details.get_by_role("heading", level=2)).to_have_text("debian:bookworm")


def test_everything_can_be_done_by_keyboard(opened, article):
    page = opened(article)
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    picture = page.get_by_role("tree")
    expect(picture).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    heading = page.locator("#details-heading")
    current = page.locator('.item[aria-selected="true"]')
    for key, words in [
        ("ArrowUp", "example/base:12"),
        ("ArrowUp", "RUN apt-get update && apt-get install -y mariadb-server"),
        ("ArrowRight", "apache2"),
        ("ArrowRight", "php8.4"),
        ("Home", "example/base:12"),
        ("End", "php8.4"),
        ("ArrowDown", "debian:bookworm"),
    ]:
        page.keyboard.press(key)
        expect(current.locator("title")).to_contain_text(words)
        assert picture.get_attribute("aria-activedescendant") == current.get_attribute("id")
    expect(heading).to_have_text("debian:bookworm")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#trail li")).to_have_count(2)
    expect(page.locator(".item.strip")).to_have_count(1)
    expect(page.get_by_role("tree")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#trail li")).to_have_count(1)
    expect(page.locator(".item.strip")).to_have_count(0)


def test_search_finds_images_layers_and_files_and_tells_how_many(opened, article):
    page = opened(article)
    field, status = page.get_by_role("searchbox"), page.locator("#found")
    field.fill("mariadb")
    expect(status).to_have_text("1 image, 1 layer, 1 file")
    assert status.get_attribute("role") == "status"
    expect(page.locator("#results li")).to_have_count(3)
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator(".item.dim")).to_have_count(3)
    field.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#details")).to_contain_text("usr/sbin/mariadbd")
    expect(page.get_by_role("tree")).to_be_focused()
    field.fill("no such thing")
    expect(status).to_have_text("Nothing found")
    field.press("Escape")
    expect(field).to_have_value("")
    expect(page.locator(".item.dim")).to_have_count(0)


def test_what_is_not_known_is_drawn_and_said(opened, answers):
    page = opened(answers("unknown"))
    expect(page.locator(".shape.unknown")).to_have_count(3)
    expect(page.locator("#totals")).to_contain_text("3 layers")
    expect(page.locator("#rows tr", has_text="at least 12.0 MB")).to_have_count(1)
    expect(page.locator("#rows tr", has_text="size unknown")).to_have_count(1)
    expect(page.locator("#problems")).to_contain_text("d/Dockerfile")
    expect(page.locator("#basis")).to_contain_text("1 from a catalogue, 1 estimated, 3 unknown")


def test_hostile_names_stay_text(opened, answers):
    page = opened(answers("hostile"))
    page.get_by_role("searchbox").fill("a")
    expect(page.locator("#found")).not_to_be_empty()
    for number in range(page.locator(".item.box").count()):
        page.locator(".item.box .shape").nth(number).click()
    expect(page.locator("#main img, #main script, #main b, main svg svg")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "\u202e" not in page.content()
    expect(page.locator("#rows")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("#rows")).to_contain_text("{{ 7*7 }} {% raw %}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(opened, article, scheme):
    page = opened(article, color_scheme=scheme, reduced_motion="reduce")
    item(page, "mariadb-server").locator(".shape").click()
    page.get_by_role("searchbox").fill("a")
    expect(page.locator("#results li").first).to_be_visible()
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#results")).to_be_hidden()
    contrasts = page.evaluate((FIXTURES / "contrasts.js").read_text())
    assert len(contrasts) > 60
    assert [(words, ratio) for words, ratio in contrasts if ratio < 4.5] == []


def test_light_and_dark_differ(opened, article):
    grounds = {
        opened(article, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(grounds) == 2


def test_motion_is_only_for_those_who_want_it(opened, article):
    animation = "getComputedStyle(document.querySelector('#picture svg')).animationName"
    animations = [opened(article, reduced_motion=motion).evaluate(animation) for motion in ("reduce", "no-preference")]
    assert animations == ["none", "appear"]


def test_every_control_has_a_name_for_those_who_hear_the_page(opened, article):
    page = opened(article)
    item(page, "mariadb-server").locator(".shape").click()
    page.get_by_role("searchbox").fill("mariadb")
    expect(page.locator("#results li")).to_have_count(3)
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and node.get("role")
    ]
    assert {role for role, _ in named} >= {"button", "searchbox", "tree", "treeitem", "table", "heading", "status"}
    assert [each for each in named if each[0] in CONTROLS and not each[1]] == []
    spoken = [name for role, name in named if role == "treeitem"]
    assert "debian:bookworm, debian:bookworm, 117 MB, in 5 images" in spoken
    assert "RUN apt-get update && apt-get install -y mariadb-server, 298 MB, in 1 image, 46.0 MB wasted" in spoken


def test_the_table_sorts_and_says_how(opened, article):
    page = opened(article)
    page.locator("#columns").get_by_role("button", name="Image").click()
    expect(page.locator("#rows th").first).to_have_text("debian:bookworm")
    expect(page.locator("#columns th").first).to_have_attribute("aria-sort", "ascending")
    page.locator("#columns").get_by_role("button", name="Image").click()
    expect(page.locator("#rows th").first).to_have_text("example/web:php8.2")
    expect(page.locator("#columns th").first).to_have_attribute("aria-sort", "descending")


def test_the_details_follow_the_picture_and_cover_nothing(opened, article):
    page = opened(article, viewport={"width": 1280, "height": 500})
    item(page, "mariadb-server").locator(".shape").click()
    page.locator("#rows tr").last.scroll_into_view_if_needed()
    details, proposals = page.locator("#details").bounding_box(), page.locator("#proposals").bounding_box()
    assert details["y"] + details["height"] <= proposals["y"]


def test_it_fits_a_phone(opened, article):
    page = opened(article, viewport={"width": 360, "height": 740}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    item(page, "debian:bookworm").locator(".shape").tap()
    expect(page.locator("#details-heading")).to_have_text("debian:bookworm")
    expect(page.get_by_role("button", name="Zoom out")).to_be_disabled()


def test_500_images_can_be_seen_found_and_reached(opened, made_up):
    page = opened(made_up(500))
    assert page.locator(".item").count() < 1500
    expect(page.locator(".item.crowd").first).to_be_attached()
    page.get_by_role("searchbox").fill("service-321:")
    expect(page.locator("#found")).to_have_text("1 image")
    page.keyboard.press("Enter")
    expect(page.locator("#details-heading")).to_contain_text("service-321:")
    expect(page.locator('.item.box[aria-selected="true"]')).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#trail li")).to_have_count(1)


def test_crowds_open_until_each_image_is_there(opened, made_up):
    page = opened(made_up(500))
    page.locator(".item.crowd").first.dispatch_event("click")
    expect(page.locator("#details-heading")).to_contain_text("image")
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator("#trail li")).to_have_count(2)
    expect(page.locator(".item.strip")).to_have_count(1)


@pytest.mark.slow
def test_10000_images_still_open(opened, made_up):
    page = opened(made_up(10_000))
    assert page.locator(".item").count() < 3000
    expect(page.locator("#shown")).to_have_text("100 of 10,000 images")


def test_an_empty_fleet_opens(opened, answers):
    page = opened(replace(answers("article"), images=(), tree=(), sum_bytes=0, stored_bytes=0, ratio=0.0))
    expect(page.locator("#rows tr")).to_have_count(0)


def test_without_javascript_the_picture_is_there(browser, tmp_path, article):
    path = tmp_path / "layers.html"
    path.write_text(write(article), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.get_by_role("img", name="Layers of 5 images")).to_be_visible()
    context.close()


def test_python_and_the_page_write_sizes_alike(opened, article):
    page = opened(article)
    sizes = [0, 1, 999, 1000, 1005, 9994, 9995, 99_949, 99_950, 116_500_000, 999_499_999, 999_500_000, 2**40, 10**19]
    assert page.evaluate(f"{json.dumps(sizes)}.map(readable)") == [readable(size) for size in sizes]


def test_without_jinja_it_says_what_to_install():
    code = (
        "import sys; sys.modules['jinja2'] = None\n"
        "from dfopt.layers.fleet import Fleet\n"
        "from dfopt.layers.picture.page import PageError, write\n"
        "from dfopt.layers.sharing import answer\n"
        "try: write(answer(Fleet(())))\n"
        "except PageError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout == "the page needs Jinja2, so: pip install 'dfopt[page]'\n"
