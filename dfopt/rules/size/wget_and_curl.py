"""The rule `wget-and-curl`."""

from collections.abc import Iterator
from itertools import pairwise, starmap
from typing import TYPE_CHECKING

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.chains import Edits
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.programs import commands_of, is_named_elsewhere, is_there
from dfopt.syntax.edits import Edit, overlap

if TYPE_CHECKING:
    from dfopt.model.invocations import Invocation

_OTHER = {"curl": "wget", "wget": "curl"}


class WgetAndCurl(Rule):
    """An image uses two programs to fetch files.

    ## What it does

    Reports the RUNs of a stage (and of the local stages below it) that use `wget` or `curl`, from the one on in which
    both have been used.

    ## Why is this bad

    Each of them does what the other does. The second one is a package more, with libraries of its own, that has to be
    installed, updated and watched; and it has ways of its own with proxies, certificates and failures.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN wget -q https://example.com/a.tar.gz
    RUN curl -fsSLO https://example.com/b.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLO https://example.com/a.tar.gz
    RUN curl -fsSLO https://example.com/b.tar.gz
    ```

    ## Fix safety

    Unsafe: the same files are fetched to the same places, but by another program. All uses of `wget` in the stage and
    those below it are written as `curl`, or, where that can't be, all of `curl` as `wget`; never some of them. The one
    that stays was used or installed before by its name, the base image has it, or it is used later and
    nothing until then can bring it. The package of the other one is left alone.

    What is kept: wget fails where the server answers with an error, so curl gets `-f`; wget follows redirections, so
    it gets `-L`; `-sS` has it say nothing but what went wrong. Where the command succeeded it still does, with the same
    content under the same name, and where the server had no such file it still fails, so that `&&` and `||` go on as
    before. `--tries`, `--timeout` and `--no-check-certificate` get their counterparts.

    What may differ: wget tries again, 20 times, when a connection breaks, and curl does so only when told to, so that
    a download from a bad server may fail earlier; the status of a failure is another number, and curl leaves no empty
    file then; wget gives a file the time that the server states, curl that of the build; a server may answer another
    program otherwise; curl overwrites a file that is there, where wget writes `name.1`. `curl` without `-f` takes a
    page that tells of an error for the file, and `wget` fails there.

    There is no fix where `curl` has no `-L`, as a redirection may be what is read, or where one of the commands has an
    option without a counterpart or headers that are secret (curl does
    not send these on to another host), several addresses, an address with braces or brackets, or, where the name of the
    file comes from the address, one with a query or an escape; where it is a condition, or a pipe reads more of
    it than the file; nor where the program that would go is named elsewhere, as by `xargs`, `which` or HEALTHCHECK.
    """

    id = "wget-and-curl"
    aliases = ("DL4001",)
    help = "use one of them, best the one that the base image has"
    fix_safety = Safety.UNSAFE
    commands = ("curl", "wget")

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        used = {command.program for below in stage.lineage[1:] for command in below.commands}
        found: list[Invocation] = []
        for run in stage.runs:
            commands = run.commands_named(*_OTHER)
            second = next((each for each in commands if _OTHER[each.program] in used), None)
            used.update([each.program for each in commands])
            at = second or (commands[-1] if commands else None)
            if at and used.issuperset(_OTHER):
                found.append(at)
        fix = _fix(stage) if found else None
        for at in found:
            yield Finding(at, f"{at.program} is used beside {_OTHER[at.program]}", fix=fix)


def _fix(stage: Stage) -> Fix | None:
    """Write all uses of one of them in the terms of the other; None where neither can go."""
    from dfopt.rules.shared.fetchers import as_curl, as_wget

    for program, rewritten in (("wget", as_curl), ("curl", as_wget)):
        users = [each for each in commands_of(stage) if each.program == program]
        edits = _all([rewritten(each) for each in users])
        stays = _OTHER[program]
        if edits and not is_named_elsewhere(program, stage) and is_there(stays, users, stage):
            return Fix(Safety.UNSAFE, f"use {stays} for what {program} fetches", edits)
    return None


def _all(rewrites: list[Edits | None]) -> Edits | None:
    """The edits of all commands; None where one has none, or stands inside another one's word that changes."""
    edits: list[Edit] = []
    for each in rewrites:
        if each is None:
            return None
        edits += each
    edits.sort()
    return None if any(starmap(overlap, pairwise(edits))) else tuple(edits)
