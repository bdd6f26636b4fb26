"""`dfopt server`."""

import click


@click.command()
def command() -> None:
    """Check and fix Dockerfiles in an editor: a language server on standard input and output.

    Editors start it by themselves; it needs the extra `server`.

    \b
    pip install 'dfopt[server]'
    dfopt server
    """  # noqa: D301 - click reads \b as a mark
    try:
        from dfopt.server.server import serve
    except ModuleNotFoundError as error:
        raise click.ClickException(f"{error}; install what the server needs: pip install 'dfopt[server]'") from error
    serve()
