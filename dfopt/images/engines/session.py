"""What one use of an engine has started, and its removal, whatever happens in between."""

from __future__ import annotations

import secrets
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, Self

from dfopt.images.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    _Handler = Callable[[int, FrameType | None], object] | int | None

_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_HELD_BACK = (signal.SIGINT, *_ENDING_SIGNALS)


class Session:
    """Everything that was started since the session was entered, removed when it is left, the newest first.

    While it is open, SIGTERM and SIGHUP end the program through `SystemExit`, so that they, like Ctrl-C, pass
    through here; while it removes things, all three wait.
    """

    def __init__(self) -> None:
        self.id = f"dfopt-{secrets.token_hex(4)}"
        self._count = 0
        self._open = False
        self._removals: dict[str, Callable[[], None]] = {}
        self._handlers: dict[signal.Signals, _Handler] = {}

    def new_name(self) -> str:
        """A name for something to start that nobody else uses."""
        self._count += 1
        return f"{self.id}-{self._count}"

    def track(self, name: str, removal: Callable[[], None]) -> None:
        """Note how to remove something that is about to be started; `removal` bears that it is not there."""
        if not self._open:
            raise RuntimeError("use the engine in a with statement, so that what it starts is removed")
        self._removals[name] = removal

    def remove(self, name: str) -> None:
        """Remove one thing now; nothing happens when it is not tracked."""
        if removal := self._removals.get(name):
            removal()
            del self._removals[name]

    def __enter__(self) -> Self:
        self._open = True
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, _end) for number in _ENDING_SIGNALS}
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            with signals_held_back():
                left = self._remove_all()
        finally:
            _restore(self._handlers)
            self._open = False
        if not left:
            return
        message = "could not remove what was started:\n" + "\n".join(left)
        if error is None:
            raise EngineError(message)
        error.add_note(message)

    def _remove_all(self) -> list[str]:
        left = []
        while self._removals:
            name, removal = self._removals.popitem()
            try:
                removal()
            except (EngineError, OSError) as error:
                left.append(f"{name}: {error}")
        return left


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


@contextmanager
def signals_held_back() -> Iterator[None]:
    """Let the ending signals wait until the block is through; what it starts inherits that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    handlers = {number: signal.signal(number, lambda came, _: arrived.append(came)) for number in _HELD_BACK}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _restore(handlers)
    for number in arrived[:1]:
        signal.raise_signal(number)


def _restore(handlers: dict[signal.Signals, _Handler]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
