"""`dfopt explain`."""

import click

from dfopt.cli.options import Names


@click.command()
@click.argument("rule", type=Names(), metavar="RULE")
def command(rule: tuple[str, ...]) -> None:
    """Say what a rule sees, why it matters and what its fix does.

    RULE is an id or an alias.

    \b
    dfopt explain apt-lists-left-behind
    dfopt explain DL3009
    """  # noqa: D301 - click reads \b as a mark
    from dfopt.rules.pages import page
    from dfopt.rules.registry import all_rules, selected

    pages = [page(all_rules()[id_]) for id_ in sorted(selected(rule, ()))]
    click.echo("\n".join(pages), nl=False)
