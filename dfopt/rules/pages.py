"""The documentation pages of dfopt's own rules, made from the rules: `python -m dfopt.rules.pages`."""

from collections.abc import Mapping
from inspect import getdoc
from pathlib import Path

from dfopt.rules.index import GROUPS
from dfopt.rules.registry import RuleInfo, all_rules, load

_MARK = "<!-- Made from the rules by `python -m dfopt.rules.pages`. -->"


def page(info: RuleInfo) -> str:
    """The page of a rule, in Markdown."""
    summary, _, body = (getdoc(load(info)) or "").partition("\n")
    facts = [f"Group `{info.group}`", f"severity {info.severity}"]
    if info.aliases:
        facts.append("also called " + ", ".join(f"`{alias}`" for alias in info.aliases))
    facts.append(f"has a fix ({info.fix_safety})" if info.fix_safety else "has no fix")
    if not info.default:
        facts.append("off unless selected")
    parts = [f"# {info.id}", summary, "; ".join(facts) + ".", body.strip()]
    if options := _options(info):
        parts += ["## Options", options]
    return "\n\n".join(part for part in parts if part) + "\n"


def pages() -> Mapping[str, str]:
    """All pages and their index, by file name."""
    own = [info for info in all_rules().values() if info.module.startswith("dfopt.rules.")]
    return {"README.md": _index(own), **{f"{info.id}.md": f"{_MARK}\n\n{page(info)}" for info in own}}


def write(folder: Path) -> None:
    """Write all pages into a folder, and remove those of rules that are gone."""
    made = pages()
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")


def _options(info: RuleInfo) -> str:
    lines = [
        f"- `{each.name}` (default `{_written(each.default)}`): {each.description}" for each in load(info).option_list()
    ]
    return "\n".join(lines)


def _written(default: object) -> str:
    """A default as TOML writes it."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return f"[{', '.join(_written(each) for each in default)}]"
    return str(default) if isinstance(default, int) else f'"{default}"'


def _index(infos: list[RuleInfo]) -> str:
    lines = [_MARK, "", "# Rules", ""]
    for group in GROUPS:
        members = [info for info in infos if info.group == group]
        lines += [f"## {group}", "", "| rule | also called | severity | fix | |", "|---|---|---|---|---|"]
        lines += [_row(info) for info in members]
        lines.append("")
    return "\n".join(lines)


def _row(info: RuleInfo) -> str:
    cells = (f"[{info.id}]({info.id}.md)", ", ".join(info.aliases), info.severity, info.fix_safety or "", info.summary)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    write(Path(__file__).parents[2] / "docs" / "rules")
