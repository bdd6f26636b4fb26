"""The server itself: what an editor sends, and what is answered."""

from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from dfopt.config.errors import ConfigError
from dfopt.config.finding import forget
from dfopt.server import answers
from dfopt.server.document import Document
from dfopt.version import __version__


def serve() -> None:
    """Talk to an editor over standard input and output until it says goodbye."""
    make_server().start_io()


def make_server() -> LanguageServer:
    """A server that has not been started."""
    # Whole texts are small here, and the lines that pygls patches end at form feeds too, which no editor means.
    server = LanguageServer("dfopt", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        _publish(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        _publish(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_params: types.DidSaveTextDocumentParams) -> None:
        # What else was written meanwhile, a configuration, an ignore file, holds for all open files.
        forget()
        for uri in list(server.workspace.text_documents):
            _publish(server, uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        _send(server, params.text_document.uri, [])

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        document = _document(server, params.text_document.uri)
        return answers.hover(document, params.position) if document else None

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, answers.FIX_ALL]),
    )
    def asked_for_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        document = _document(server, uri)
        found = answers.actions(document, uri, params.range) if document else ()
        only = params.context.only
        return [each for each in found if not only or any(_is_kind(each.kind, kind) for kind in only)]

    return server


def _is_kind(kind: types.CodeActionKind | str | None, wanted: types.CodeActionKind | str) -> bool:
    """Whether a kind is the wanted one or below it, as `source.fixAll.dfopt` is below `source.fixAll`."""
    names = [each.value if isinstance(each, types.CodeActionKind) else str(each) for each in (kind, wanted)]
    return names[0] == names[1] or names[0].startswith(f"{names[1]}.")


def _publish(server: LanguageServer, uri: str) -> None:
    document = _document(server, uri)
    _send(server, uri, answers.diagnostics(document) if document else [])


def _send(server: LanguageServer, uri: str, found: list[types.Diagnostic]) -> None:
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found))


def _document(server: LanguageServer, uri: str) -> Document | None:
    """A file as it stands in the editor; None, with a message there, where its configuration can't be read."""
    place = to_fs_path(uri) if uri.startswith("file:") else None
    try:
        text = server.workspace.get_text_document(uri).source
        return Document(text, Path(place) if place else None, server.workspace.position_encoding)
    except ConfigError as error:
        server.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"dfopt: {error}"))
        return None
