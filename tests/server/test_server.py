"""The server as a process, spoken to by a client."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

import dfopt
from dfopt.version import __version__

FIXTURE = Path(__file__).parents[2] / "fixtures" / "server" / "Dockerfile"
SECONDS = 60


class Editor:
    """One open Dockerfile, and what the server has said of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.uri = path.as_uri()
        self.published: asyncio.Queue[list[types.Diagnostic]] = asyncio.Queue()
        self.messages: asyncio.Queue[str] = asyncio.Queue()
        self.client = LanguageClient("test", "1")
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(
            lambda params: self.published.put_nowait(params.diagnostics)
        )
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: self.messages.put_nowait(params.message))
        self.version = 0

    async def __aenter__(self):
        await self.client.start_io(sys.executable, "-c", "from dfopt.cli.main import main; main(['server'])")
        answer = await self.client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities()))
        assert answer.server_info == types.ServerInfo("dfopt", __version__)
        self.client.initialized(types.InitializedParams())
        return self

    async def __aexit__(self, *_):
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def open(self) -> None:
        item = types.TextDocumentItem(self.uri, "dockerfile", self.version, self.path.read_text())
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, text: str) -> None:
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    def save(self) -> None:
        identifier = types.TextDocumentIdentifier(self.uri)
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(identifier))

    async def found(self) -> dict[str, types.Diagnostic]:
        diagnostics = await asyncio.wait_for(self.published.get(), SECONDS)
        return {str(each.code): each for each in diagnostics}

    async def actions(self, place: types.Range, only: list[str] | None = None) -> list[types.CodeAction]:
        context = types.CodeActionContext(diagnostics=[], only=only)
        asked = types.CodeActionParams(types.TextDocumentIdentifier(self.uri), place, context)
        answer = await self.client.text_document_code_action_async(asked)
        return [each for each in answer or () if isinstance(each, types.CodeAction)]

    def applied(self, action: types.CodeAction) -> str:
        """The file with the one edit of an action, whose places count UTF-16 units."""
        (edit,) = action.edit.changes[self.uri]
        lines = self.path.read_text().splitlines(keepends=True)
        start, end = (_index(lines, place) for place in (edit.range.start, edit.range.end))
        text = "".join(lines)
        return text[:start] + edit.new_text + text[end:]


def _index(lines: list[str], place: types.Position) -> int:
    units = "".join(lines[place.line : place.line + 1]).encode("utf-16-le")[: 2 * place.character]
    return sum(map(len, lines[: place.line])) + len(units.decode("utf-16-le"))


def run(conversation, path: Path) -> None:
    async def talk():
        async with Editor(path) as editor:
            await conversation(editor)

    asyncio.run(talk())


@pytest.fixture
def dockerfile(tmp_path):
    return Path(shutil.copy(FIXTURE, tmp_path))


def test_findings_come_and_go_as_the_file_is_written(dockerfile):
    async def conversation(editor):
        editor.open()
        found = await editor.found()
        assert found["maintainer-instruction"].range == types.Range(types.Position(2, 0), types.Position(2, 36))
        assert found["apt-lists-left-behind"].severity is types.DiagnosticSeverity.Warning
        assert "MB" in found["apt-lists-left-behind"].message
        assert found["apt-lists-left-behind"].code_description.href.endswith("apt-lists-left-behind.md")
        editor.change(dockerfile.read_text().replace('MAINTAINER "Ünal" <unal@example.org>\n', ""))
        assert "maintainer-instruction" not in await editor.found()
        editor.change("FROM scratch\nCOPY nothing\n")
        assert all(each.severity is types.DiagnosticSeverity.Error for each in (await editor.found()).values())

    run(conversation, dockerfile)


def test_a_finding_offers_its_fix_and_a_comment_that_silences_it(dockerfile):
    async def conversation(editor):
        editor.open()
        place = (await editor.found())["maintainer-instruction"].range
        actions = {each.title: each for each in await editor.actions(place)}
        fix = next(each for each in actions.values() if each.is_preferred)
        assert fix.kind == types.CodeActionKind.QuickFix
        fixed = editor.applied(fix)
        assert "LABEL" in fixed
        assert "MAINTAINER" not in fixed
        assert "rm -rf /var/lib/apt/lists" not in fixed
        silenced = editor.applied(actions["Ignore maintainer-instruction in this instruction"])
        assert "\n# dfopt: ignore[maintainer-instruction]\nMAINTAINER" in silenced
        editor.change(silenced)
        assert "maintainer-instruction" not in await editor.found()

    run(conversation, dockerfile)


def test_all_safe_fixes_at_once_are_those_of_fix(dockerfile):
    async def conversation(editor):
        editor.open()
        await editor.found()
        place = types.Range(types.Position(0, 0), types.Position(0, 0))
        (action,) = await editor.actions(place, only=["source.fixAll"])
        assert editor.applied(action) == dfopt.fix(dockerfile).data.decode()

    run(conversation, dockerfile)


def test_a_hover_shows_the_page_of_the_rule(dockerfile):
    async def conversation(editor):
        editor.open()
        await editor.found()
        identifier = types.TextDocumentIdentifier(editor.uri)
        shown = await editor.client.text_document_hover_async(types.HoverParams(identifier, types.Position(2, 3)))
        assert "# maintainer-instruction" in shown.contents.value
        nothing = await editor.client.text_document_hover_async(types.HoverParams(identifier, types.Position(1, 3)))
        assert nothing is None

    run(conversation, dockerfile)


def test_a_configuration_holds_from_the_next_save_on_and_a_broken_one_is_told(dockerfile):
    async def conversation(editor):
        editor.open()
        assert "maintainer-instruction" in await editor.found()
        configuration = dockerfile.with_name("dfopt.toml")
        configuration.write_text('ignore = ["maintainer-instruction"]\n')
        editor.save()
        assert "maintainer-instruction" not in await editor.found()
        configuration.write_text('ignroe = ["maintainer-instruction"]\n')
        editor.save()
        assert await editor.found() == {}
        assert "ignroe" in await asyncio.wait_for(editor.messages.get(), SECONDS)

    run(conversation, dockerfile)
