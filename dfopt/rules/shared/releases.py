"""Releases in the place of tags that move."""

from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.shared.bases import identified
from dfopt.syntax.edits import Edit

_LATEST = ":latest"


def name_release(stage: Stage) -> Fix | None:
    """The fix that names the release which a base without a tag, or with `latest`, is today; None where not known.

    It is safe where `latest` will not be another one tomorrow.
    """
    from dfopt.knowledge.bases.newest import lasting_release, newest_release

    image = stage.from_.image
    base = identified(image.value)
    if base is None or not image.text == image.value == stage.external_base:
        return None
    lasting = lasting_release(base)
    release = lasting or newest_release(base)
    if release is None:
        return None
    end = image.span.end.offset
    start = end - len(_LATEST) if image.text.endswith(_LATEST) else end
    edits = (Edit(start, end, f":{release}"),)
    safety = Safety.SAFE if lasting else Safety.UNSAFE
    return Fix(safety, f"name the release, {release}", edits, frozenset({Change.BASE}))
