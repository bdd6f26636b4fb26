"""What every test shares: hypothesis profiles, and what to do where no container engine is."""

import os
import shutil
import signal
import subprocess

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", parent=settings.get_profile("ci"), max_examples=20_000, derandomize=False)
settings.load_profile("ci")

# A shell has interrupts ignored in what it starts in the background, and so would the programs that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def engine_answers() -> bool:
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "info"], check=False, capture_output=True).returncode == 0


@pytest.fixture(autouse=True)
def need_engine(request: pytest.FixtureRequest) -> None:
    """Skip tests marked `engine` where no engine answers, or fail them if DFOPT_ENGINE=required."""
    if request.node.get_closest_marker("engine") is None or request.getfixturevalue("engine_answers"):
        return
    if os.environ.get("DFOPT_ENGINE") == "required":
        pytest.fail("no container engine answers; start one with scripts/engine")
    pytest.skip("no container engine answers")
