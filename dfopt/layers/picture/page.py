"""The picture as one page that needs nothing else: it opens from a file, without a network."""

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any

from dfopt.layers.answers import Answers
from dfopt.layers.picture import labels, svg
from dfopt.layers.picture.layout import arrange
from dfopt.layers.picture.page_data import details, overview

_SCRIPTS = ("model.js", "geometry.js", "elements.js", "picture.js", "details.js", "search.js", "table.js", "main.js")


class PageError(Exception):
    """The page can't be made; the message says why and what to do."""


def write(answers: Answers) -> str:
    """The page's text, the same for the same fleet.

    Raises:
        PageError: Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise PageError("the page needs Jinja2, so: pip install 'dfopt[page]'") from error

    loader = PackageLoader(__package__, "web")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    boxes = arrange(answers)
    styles, scripts = _asset("page.css"), "\n".join(_asset(name) for name in _SCRIPTS)
    return environment.get_template("page.html").render(
        policy=f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '{_digest(scripts)}'",
        title=labels.title(answers),
        styles=styles,
        scripts=scripts,
        overview=_embedded(overview(answers, boxes)),
        details=_embedded(details(answers)),
        picture=svg.draw(answers, boxes),
    )


def _asset(name: str) -> str:
    return files(__package__).joinpath("web", name).read_text("utf-8")


def _digest(script: str) -> str:
    """By which a content security policy lets a script run, and no other."""
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


def _embedded(data: dict[str, Any]) -> str:
    """JSON that can't end the element it stands in, whatever is in its texts."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
