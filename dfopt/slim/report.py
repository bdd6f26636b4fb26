"""What slim and verify have to say, for people and as JSON (version 1)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from dfopt.sizes import readable
from dfopt.slim.closure.dominators import dearest
from dfopt.slim.closure.explain import Absent, Kept
from dfopt.slim.measured import Measured
from dfopt.slim.measures import Measures
from dfopt.slim.plan import Plan
from dfopt.slim.verification import Verification

VERSION = 1


def slim_as_json(path: str, measured: Measured, output: str | None) -> str:
    """One object; `dockerfile` is the text of the rewritten file, None where it was left as it was."""
    result, proof = measured.result, measured.proof
    plan, refusal = result.plan, result.refusal
    data: dict[str, Any] = {
        "version": VERSION,
        "path": path,
        "status": "unchanged" if refusal else "slimmed",
        "output": output,
        "reason": {"code": refusal.code, "text": refusal.reason} if refusal else None,
        "plan": _plan_as_data(plan) if plan else None,
        "dockerfile": None if refusal else result.data.decode("utf-8", "replace"),
        "verification": verification_as_data(proof) if proof else None,
        "gaps": [asdict(gap) for gap in plan.gaps] if plan else [],
        "holders": [asdict(holder) for holder in dearest(measured.holders)],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def slim_as_text(path: str, measured: Measured, output: str | None) -> Iterator[str]:
    """Lines for people."""
    result, proof = measured.result, measured.proof
    if result.refusal:
        yield f"{path}: left as it was: {result.refusal.reason}"
        yield from verification_as_text(proof) if proof else ()
        return
    plan = result.plan
    if plan is None:
        return
    yield f"{path}: {plan.contents.title}" + (f"; written to {output}" if output else "")
    for kept in plan.contents.kept:
        yield f"  {kept.name}  ({kept.why}{', as far as it is there' if kept.is_optional else ''})"
    for note in (*plan.contents.notes, *plan.notes):
        yield f"  - {note}"
    yield from verification_as_text(proof) if proof else ()
    if plan.gaps:
        yield "The closure missed, and a failed run asked for (a gap of dfopt; please report it):"
    for gap in plan.gaps:
        yield f"  {gap.path}  ({gap.said})"
    if measured.holders:
        yield "What goes with a single thing, if it is not needed after all and left out with --drop:"
    for holder in dearest(measured.holders):
        by = holder.by.reason if holder.by else "several ways lead to it"
        yield f"  {readable(holder.bytes):>10}  {holder.node}  ({by})"


def explanations_as_json(path: str, found: Sequence[Kept | Absent]) -> str:
    """One object; of each path either why it is kept, or why not."""
    explained = [{"kept": isinstance(each, Kept), **asdict(each)} for each in found]
    return json.dumps({"version": VERSION, "path": path, "explained": explained}, ensure_ascii=False, indent=2)


def verification_as_text(proof: Verification) -> Iterator[str]:
    """A table of the figures, the differences, the probes."""
    yield f"{'':14}{'before':>12}{'after':>12}"
    for name, before, after in _rows(proof.before, proof.after):
        yield f"{name:14}{before:>12}{after:>12}"
    for difference in proof.differences:
        mark = "as declared" if difference.declared else "differs"
        reason = f" ({difference.declared})" if difference.declared else ""
        yield f"{mark}: {difference.name}: {difference.before!r} -> {difference.after!r}{reason}"
    for probe in proof.probes:
        yield f"{'ok' if probe.is_kept else 'not ok'}: {probe.name}" + (f": {probe.detail}" if probe.detail else "")
    kept = sum(probe.is_kept for probe in proof.probes)
    yield f"{kept} of {len(proof.probes)} probes kept; " + ("the same" if proof.is_same else "not the same")


def verification_as_json(proof: Verification) -> str:
    """One object."""
    return json.dumps({"version": VERSION, **verification_as_data(proof)}, ensure_ascii=False, indent=2)


def verification_as_data(proof: Verification) -> dict[str, Any]:
    """The comparison in JSON's types."""
    return {
        "same": proof.is_same,
        "before": asdict(proof.before),
        "after": asdict(proof.after),
        "differences": [asdict(each) for each in proof.differences],
        "probes": [
            {
                "name": each.name,
                "kept": each.is_kept,
                "before": each.before.ok,
                "after": each.after.ok,
                "detail": each.detail,
            }
            for each in proof.probes
        ],
    }


def _plan_as_data(plan: Plan) -> dict[str, Any]:
    contents = plan.contents
    return {
        "recipe": contents.recipe,
        "title": contents.title,
        "stages": asdict(plan.names),
        "kept": [asdict(each) for each in contents.kept],
        "roots": asdict(contents.roots) if contents.roots else None,
        "edits": [each._asdict() for each in contents.edits],
        "restated": list(plan.restated),
        "notes": [*contents.notes, *plan.notes],
        "passed_over": {name: refusal.reason for name, refusal in plan.passed_over.items()},
    }


def _rows(before: Measures, after: Measures) -> Iterator[tuple[str, str, str]]:
    yield "size", readable(before.bytes), readable(after.bytes)
    for name in ("files", "packages", "executables", "setuid"):
        yield name, f"{getattr(before, name):,}", f"{getattr(after, name):,}"
    yield "shells", str(len(before.shells)), str(len(after.shells))
