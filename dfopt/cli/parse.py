"""`dfopt parse`."""

import sys

import click

from dfopt.cli.files import InputError, read_file


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--format", "format_", type=click.Choice(["tree", "json"]), default="tree", show_default=True)
def command(file: str, format_: str) -> None:
    """Show the tree of a Dockerfile, and what is wrong with the file.

    Each line has a node's place (line:column, from 1), its kind, and of a token the prefix (blanks, continuations,
    comments) and the text. FILE may be `-`, standard input. The exit status is 1 where the builder would refuse it.

    \b
    dfopt parse Dockerfile
    dfopt parse --format json - < Dockerfile
    """  # noqa: D301 - click reads \b as a mark
    from dfopt.reports.tree import as_json, as_text
    from dfopt.syntax.parser import parse

    try:
        tree = parse(read_file(file))
    except InputError as error:
        click.echo(f"dfopt: {error}", err=True)
        sys.exit(2)
    if format_ == "json":
        click.echo(as_json(tree), nl=False)
    else:
        click.echo("".join(as_text(tree)), nl=False)
    sys.exit(1 if any(problem.fatal for problem in tree.problems) else 0)
