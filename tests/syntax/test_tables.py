"""The grammar's tables, kept from one run to the next."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = "import dfopt; print(len(dfopt.parse('FROM a\\nRUN b\\n').instructions))"


def start(cache: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    return subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True)


def output(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return out.strip()


def test_processes_that_start_at_once_leave_one_whole_table(tmp_path: Path) -> None:
    assert [output(process) for process in [start(tmp_path) for _ in range(6)]] == ["2"] * 6
    (table,) = (tmp_path / "dfopt").iterdir()
    content = table.read_bytes()
    assert output(start(tmp_path)) == "2"
    assert table.read_bytes() == content


def test_where_nothing_can_be_written_tables_are_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert output(start(file)) == "2"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("garbage", [b"", b"not a table\n", b"\x80\x05"])
def test_a_damaged_table_is_mended(tmp_path: Path, garbage: bytes) -> None:
    output(start(tmp_path))
    (table,) = (tmp_path / "dfopt").iterdir()
    table.write_bytes(garbage)
    assert output(start(tmp_path)) == "2"
    assert table.read_bytes() != garbage
