"""Releases in the place of tags that move."""

from dfopt.model.stages import Stage
from dfopt.rules.bases import identified
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.syntax.edits import Edit

_LATEST = ":latest"


def name_release(stage: Stage) -> Fix | None:
    """The fix that names the release which a base without a tag, or with `latest`, is today; None where not known."""
    from dfopt.knowledge.bases.newest import newest_release

    image = stage.from_.image
    base = identified(image.value)
    release = newest_release(base) if base and image.text == image.value == stage.external_base else None
    if release is None:
        return None
    end = image.span.end.offset
    start = end - len(_LATEST) if image.text.endswith(_LATEST) else end
    edits = (Edit(start, end, f":{release}"),)
    return Fix(Safety.UNSAFE, f"name the release, {release}", edits, frozenset({Change.BASE}))
