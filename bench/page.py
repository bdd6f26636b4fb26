"""How long the page of a large fleet takes to open: made-up images on shared bases, in Chromium.

    python bench/page.py [IMAGES]

Prints the size of the page, the seconds to write it, and the median and worst milliseconds from the start of the
navigation until the page is drawn and answers to input, each time in a fresh browser.
"""

import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from dfopt.layers.fleet import Basis, File, Fleet, Image, Layer, Place, Waste, WasteKind
from dfopt.layers.picture.page import write
from dfopt.layers.sharing import answer

ROUNDS = 5
BASES = ("debian:bookworm", "ubuntu:24.04", "alpine:3.20", "python:3.12", "node:22", "golang:1.22")
STEPS = (
    "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
    "RUN pip install --no-cache-dir -r requirements.txt",
    "RUN npm ci --omit=dev",
    "COPY . /srv/app",
    "COPY entrypoint.sh /usr/local/bin/",
    "RUN make install",
)


def fleet(images: int) -> Fleet:
    """Images with 5 to 16 layers on some bases of teams, most layers with files, a third with waste."""
    chance = random.Random(9)
    roots = [chain([], chance, f"FROM {base}", 30) for base in BASES for _ in range(1 + images // 400)]
    shared = [grown(chance.choice(roots), chance, range(1, 5)) for _ in range(2 + images // 12)]
    chains = [grown(chance.choice(shared), chance, range(3, 11)) for _ in range(images)]
    return Fleet(tuple(image(number, layers, chance) for number, layers in enumerate(chains)))


def grown(layers: list[Layer], chance: random.Random, steps: range) -> list[Layer]:
    for _ in range(chance.choice(steps)):
        layers = chain(layers, chance, chance.choice(STEPS), 40)
    return layers


def chain(layers: list[Layer], chance: random.Random, instruction: str, most: int) -> list[Layer]:
    """Layers with one more on them."""
    name = f"sha256:{chance.getrandbits(256):064x}"
    size = None if chance.random() < 0.02 else int(10 ** chance.uniform(3, 8.3))
    basis = None if size is None else chance.choice([Basis.MEASURED, Basis.MEASURED, Basis.ESTIMATE])
    files = tuple(File(f"usr/lib/{name[7:15]}/file-{each}.so", (size or 0) // (each + 2)) for each in range(most))
    return [*layers, Layer(name, instruction, size, basis, Place(f"{name[7:12]}/Dockerfile", len(layers) + 1), files)]


def image(number: int, layers: list[Layer], chance: random.Random) -> Image:
    depth = chance.randrange(len(layers))
    wasted = (layers[depth].bytes or 0) // 5
    waste = (Waste("var/lib/apt/lists/lock", wasted, WasteKind.DELETED, depth),) if wasted and number % 3 == 0 else ()
    name = f"registry.example/team-{number % 23}/service-{number}:1.{number % 9}"
    return Image(name, "linux/amd64", tuple(layers), waste)


def milliseconds(page: Path) -> float:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.goto(page.as_uri())
        opened.wait_for_selector("html[data-ready]", state="attached")
        took: float = opened.evaluate(
            "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
        )
        browser.close()
    return took


def main() -> None:
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    answers = answer(fleet(images))
    began = time.perf_counter()
    text = write(answers)
    wrote = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "layers.html"
        page.write_text(text, "utf-8")
        times = [milliseconds(page) for _ in range(ROUNDS)]
    print(f"{images} images, {len(text) / 1e6:.1f} MB, written in {wrote:.1f} s, {os.cpu_count()} cores")
    print(f"ready after {statistics.median(times):.0f} ms (median of {ROUNDS}), {max(times):.0f} ms at worst")


if __name__ == "__main__":
    main()
