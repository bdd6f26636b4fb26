"""`dfopt rules`."""

import json
from collections.abc import Iterable

import click

from dfopt.cli.options import Names
from dfopt.rules.registry import RuleInfo, all_rules, selected


@click.command()
@click.option("--select", type=Names(), multiple=True, help="Only these: ids, groups, aliases, or ALL.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(select: tuple[tuple[str, ...], ...], format_: str) -> None:
    """List the rules, by group.

    \b
    dfopt rules
    dfopt rules --select DL3009,cache
    dfopt rules --format json
    """  # noqa: D301 - click reads \b as a mark
    ids = selected([name for names in select for name in names] or ["ALL"], ())
    infos = sorted((all_rules()[id_] for id_ in ids), key=lambda info: (info.group, info.id))
    click.echo(json.dumps([_described(info) for info in infos], indent=1) if format_ == "json" else _table(infos))


def _described(info: RuleInfo) -> dict[str, object]:
    return {
        "id": info.id,
        "aliases": info.aliases,
        "group": info.group,
        "severity": info.severity,
        "summary": info.summary,
        "fix": info.fix_safety,
        "default": info.default,
        "url": info.url,
    }


def _table(infos: Iterable[RuleInfo]) -> str:
    lines = []
    group = ""
    for info in infos:
        if info.group != group:
            group = info.group
            lines += ["", click.style(group, bold=True)]
        marks = [
            *info.aliases,
            *([f"{info.fix_safety} fix"] if info.fix_safety else []),
            *([] if info.default else ["off"]),
        ]
        notes = f" ({', '.join(marks)})" if marks else ""
        lines.append(f"  {info.id:<36} {info.severity:<8} {info.summary}{notes}")
    return "\n".join(lines[1:])
