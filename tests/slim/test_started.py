"""What sources of other stages say about programs that are started."""

from pathlib import Path

import pytest

from dfopt.slim.slimming import slim

DOCKERFILE = """FROM golang:1.22 AS base
WORKDIR /src
COPY src .
FROM base AS build
RUN go build -o /server .
FROM debian:bookworm AS data
COPY other .
FROM debian:bookworm
COPY --from=build /server /usr/local/bin/
CMD ["server"]
"""


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("a.go", 'exec.Command("ffmpeg", "-i", name)', {"ffmpeg"}),
        ("A.java", 'new ProcessBuilder("sh", "-c",\n    "id -un; date \\"+%Z\\"")', {"sh", 'id -un; date "+%Z"'}),
        ("a.kt", 'Runtime.getRuntime().exec("ps aux")', {"ps aux"}),
        ("a.rs", 'Command::new("git").arg("log")', {"git"}),
        ("Tests/A.cs", 'Process.Start("convert", options)', {"convert"}),
        (
            "a.kt",
            'fun run(vararg w: String) = ProcessBuilder(*w).start()\nval a = run("ps", "-e")\nval b = run("w") + "x"',
            {"ps", "w"},
        ),
        (
            "A.java",
            'String out(String... w) throws E {\n  var p = new ProcessBuilder(w);\n}\nout("sh", "-c", "id; w")',
            {"sh", "id; w"},
        ),
        (
            "a.go",
            'func sh(n string) (string, error) {\n\tc := exec.Command(n)\n}\nx := sh("git")\ny := sum("tar")',
            {"git"},
        ),
        ("a_test.go", 'exec.Command("ffmpeg")', set()),
        ("test/A.java", 'new ProcessBuilder("ffmpeg")', set()),
        ("a.txt", 'exec.Command("ffmpeg")', set()),
    ],
)
def test_programs_that_sources_of_another_stage_start_are_roots(file: str, text: str, words: set[str], tmp_path: Path):
    source = tmp_path / "src" / file
    source.parent.mkdir(parents=True)
    source.write_text(text)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.go").write_text('exec.Command("never")')
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    plan = slim(tmp_path / "Dockerfile").plan
    assert plan is not None
    assert plan.contents.roots is not None
    assert set(plan.contents.roots.start) == {"server", *words}
