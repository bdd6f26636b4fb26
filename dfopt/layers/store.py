"""A fleet in an SQLite database: filled while sources are read, gone on with after an interruption, open to queries.

Its tables and views are described in `docs/layers-database.md`.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Self

from dfopt.layers.fleet import Basis, File, Fleet, Image, Layer, Place, Problem, Waste, WasteKind
from dfopt.layers.sources.readings import Reading

_APPLICATION = 0x64666F70  # "dfop", by which the file is known
_VERSION = 1
_LAYERS_IN_MEMORY = 4096
_LARGEST_NUMBER = 2**63 - 1  # that SQLite has

_SCHEMA = """
CREATE TABLE runs (id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT);
CREATE TABLE names (
    name TEXT PRIMARY KEY, digest TEXT NOT NULL, run INTEGER NOT NULL REFERENCES runs
) WITHOUT ROWID;
CREATE TABLE images (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL REFERENCES names ON DELETE CASCADE,
    platform TEXT NOT NULL, digest TEXT NOT NULL, labels TEXT NOT NULL
);
CREATE INDEX images_by_name ON images (name);
CREATE INDEX images_by_digest ON images (digest);
CREATE TABLE layers (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, bytes INTEGER, basis TEXT);
CREATE TABLE image_layers (
    image INTEGER NOT NULL REFERENCES images ON DELETE CASCADE, position INTEGER NOT NULL,
    layer INTEGER NOT NULL REFERENCES layers, instruction TEXT NOT NULL, path TEXT, line INTEGER,
    PRIMARY KEY (image, position)
) WITHOUT ROWID;
CREATE INDEX image_layers_by_layer ON image_layers (layer);
CREATE TABLE files (
    layer INTEGER NOT NULL REFERENCES layers ON DELETE CASCADE, path TEXT NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (layer, path)
) WITHOUT ROWID;
CREATE TABLE waste (
    image INTEGER NOT NULL REFERENCES images ON DELETE CASCADE, position INTEGER NOT NULL,
    path TEXT NOT NULL, bytes INTEGER NOT NULL, kind TEXT NOT NULL
);
CREATE INDEX waste_by_image ON waste (image);
CREATE TABLE problems (subject TEXT NOT NULL, message TEXT NOT NULL, run INTEGER NOT NULL REFERENCES runs);

CREATE VIEW sharing AS
    SELECT layers.digest, layers.bytes, layers.basis, count(DISTINCT image_layers.image) AS images,
           layers.bytes * (count(DISTINCT image_layers.image) - 1) AS saved,
           min(image_layers.instruction) AS instruction
    FROM layers JOIN image_layers ON image_layers.layer = layers.id GROUP BY layers.id;
CREATE VIEW image_sizes AS
    SELECT images.name, images.platform, images.digest, count(*) AS layers, sum(layers.bytes) AS bytes,
           (SELECT total(waste.bytes) FROM waste WHERE waste.image = images.id) AS wasted
    FROM images JOIN image_layers ON image_layers.image = images.id JOIN layers ON layers.id = image_layers.layer
    GROUP BY images.id;
CREATE VIEW totals AS
    SELECT (SELECT count(*) FROM images) AS images, count(*) AS layers, sum(bytes) AS stored,
           sum(bytes * images) AS apart, sum(bytes * images) * 1.0 / sum(bytes) AS ratio
    FROM sharing;
"""


class StoreError(Exception):
    """A database that can't be used: what it is instead, or what SQLite says."""


class Store:
    """A fleet in a database file; close it, or use it in a `with`, so that all that was read is kept.

    `digest` and `image` may be called from any thread while one thread fills the database.
    """

    def __init__(self, path: Path) -> None:
        """Open a database, or make it where there is none.

        Raises:
            StoreError: the file is something else, or of another version of dfopt.
        """
        self._path = path
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise StoreError(f"can't open {path}: {error}") from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            raise StoreError(f"can't use {path} as a database of layers: {error}") from error
        except StoreError:
            self._connection.close()
            raise

    def fill(self, readings: Iterable[Reading]) -> None:
        """Take in what sources give, so that in the end the database holds just that.

        Each name is kept as soon as it was read, so after an interruption the next run goes on where this one stopped,
        if the sources were told that this store is what is known. Names from earlier runs that were not read again are
        dropped at the end, unless a source could not be listed whole.

        Raises:
            StoreError: the database can't be written.
        """
        try:
            self._fill(readings)
        except sqlite3.Error as error:
            raise StoreError(f"can't write {self._path}: {error}") from error

    def digest(self, name: str) -> str:
        """See `Known.digest`."""
        with self._lock:
            row = self._connection.execute("SELECT digest FROM names WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def image(self, digest: str) -> Image | None:
        """See `Known.image`."""
        with self._lock:
            row = self._connection.execute("SELECT min(id) FROM images WHERE digest = ?", (digest,)).fetchone()
            return None if row[0] is None else next(self._images(row[0], row[0]))

    def images(self) -> Iterator[Image]:
        """The images, by name and platform, read as they are asked for."""
        return self._images(0, _LARGEST_NUMBER)

    def problems(self) -> Iterator[Problem]:
        """What could not be read in the last run."""
        for subject, message in self._connection.execute("SELECT subject, message FROM problems ORDER BY rowid"):
            yield Problem(subject, message)

    def fleet(self) -> Fleet:
        """All of it, in memory."""
        return Fleet(tuple(self.images()), tuple(self.problems()))

    def close(self) -> None:
        """Keep what was read, and close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self) -> None:
        tables = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if tables and self._pragma("application_id") != _APPLICATION:
            raise StoreError(f"{self._path} is a database of something else; name a file that is not there yet")
        if tables and self._pragma("user_version") != _VERSION:
            raise StoreError(f"{self._path} is of another version of dfopt; name a file that is not there yet")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if not tables:
            self._connection.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION}; COMMIT;"
            )

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    def _fill(self, readings: Iterable[Reading]) -> None:
        run = self._begin_run()
        is_whole = True
        for reading in readings:
            is_whole &= not reading.partial
            with self._lock, self._transaction():
                self._add(reading, run)
        if is_whole:
            with self._lock, self._transaction():
                self._finish_run(run)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _begin_run(self) -> int:
        """The run that was interrupted, or a new one."""
        row = self._connection.execute("SELECT id FROM runs WHERE finished IS NULL").fetchone()
        if row is None:
            row = self._connection.execute(
                "INSERT INTO runs (started) VALUES (datetime('now')) RETURNING id"
            ).fetchone()
        self._connection.execute("DELETE FROM problems")
        run: int = row[0]
        return run

    def _finish_run(self, run: int) -> None:
        self._connection.execute("DELETE FROM names WHERE run <> ?", (run,))
        self._connection.execute("DELETE FROM layers WHERE id NOT IN (SELECT layer FROM image_layers)")
        self._connection.execute("UPDATE runs SET finished = datetime('now') WHERE id = ?", (run,))

    def _add(self, reading: Reading, run: int) -> None:
        execute = self._connection.execute
        for problem in reading.problems:
            execute("INSERT INTO problems VALUES (?, ?, ?)", (problem.subject, problem.message, run))
        if reading.unchanged:
            execute("UPDATE names SET run = ? WHERE name = ?", (run, reading.name))
            return
        execute("DELETE FROM names WHERE name = ?", (reading.name,))
        if not reading.digest and not reading.found:
            return
        execute("INSERT INTO names VALUES (?, ?, ?)", (reading.name, reading.digest, run))
        for found in reading.found:
            self._add_image(reading.name, found.digest, found.image)

    def _add_image(self, name: str, digest: str, image: Image) -> None:
        row = (name, image.platform, digest, json.dumps(dict(image.labels), sort_keys=True))
        number = self._connection.execute(
            "INSERT INTO images (name, platform, digest, labels) VALUES (?, ?, ?, ?)", row
        ).lastrowid
        rows = []
        for position, layer in enumerate(image.layers):
            path, line = (layer.place.path, layer.place.line) if layer.place else (None, None)
            rows.append((number, position, self._layer_row(layer), layer.instruction, path, line))
        self._connection.executemany("INSERT INTO image_layers VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT INTO waste VALUES (?, ?, ?, ?, ?)",
            [(number, waste.layer, waste.path, waste.bytes, waste.kind) for waste in image.waste],
        )

    def _layer_row(self, layer: Layer) -> int:
        """The row of a layer, made if it has none, with what was last known of its bytes and files."""
        execute = self._connection.execute
        known = (layer.bytes, layer.basis)
        row = execute("SELECT id, bytes, basis FROM layers WHERE digest = ?", (layer.id,)).fetchone()
        if row and (layer.bytes is None or row[1:] == known):
            number: int = row[0]
            return number
        if row:
            execute("UPDATE layers SET bytes = ?, basis = ? WHERE id = ?", (*known, row[0]))
            execute("DELETE FROM files WHERE layer = ?", row[:1])
        else:
            values = (layer.id, *known)
            row = execute("INSERT INTO layers (digest, bytes, basis) VALUES (?, ?, ?) RETURNING id", values).fetchone()
        number = row[0]
        files = [(number, file.path, file.bytes) for file in layer.files]
        self._connection.executemany("INSERT INTO files VALUES (?, ?, ?)", files)
        return number

    def _images(self, first: int, last: int) -> Iterator[Image]:
        rows = self._connection.execute(
            "SELECT images.id, images.name, images.platform, images.labels, layers.id, layers.digest, layers.bytes,"
            " layers.basis, image_layers.instruction, image_layers.path, image_layers.line"
            " FROM images LEFT JOIN image_layers ON image_layers.image = images.id"
            " LEFT JOIN layers ON layers.id = image_layers.layer WHERE images.id BETWEEN ? AND ?"
            " ORDER BY images.name, images.platform, images.id, image_layers.position",
            (first, last),
        )
        layer_of = lru_cache(_LAYERS_IN_MEMORY)(self._layer)
        for (number, name, platform, labels), group in groupby(rows, key=lambda row: row[:4]):
            layers = tuple(layer_of(*row[4:]) for row in group if row[4] is not None)
            yield Image(name, platform, layers, self._waste(number), _labels(labels))

    def _layer(
        self,
        number: int,
        digest: str,
        size: int | None,
        basis: str | None,
        instruction: str,
        path: str | None,
        line: int | None,
    ) -> Layer:
        files = self._connection.execute(
            "SELECT path, bytes FROM files WHERE layer = ? ORDER BY bytes DESC, path", (number,)
        )
        return Layer(
            id=digest,
            instruction=instruction,
            bytes=size,
            basis=Basis(basis) if basis else None,
            place=Place(path, line) if path is not None and line is not None else None,
            files=tuple(File(*row) for row in files),
        )

    def _waste(self, image: int) -> tuple[Waste, ...]:
        rows = self._connection.execute(
            "SELECT path, bytes, kind, position FROM waste WHERE image = ? ORDER BY rowid", (image,)
        )
        return tuple(Waste(path, size, WasteKind(kind), position) for path, size, kind, position in rows)


def _labels(text: str) -> Mapping[str, str]:
    labels: Mapping[str, str] = json.loads(text)
    return labels
