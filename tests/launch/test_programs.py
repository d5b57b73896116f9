import socket
from pathlib import Path

import pytest
from django.conf import settings

from launch.services.programs import (
    LOOPBACK,
    WEB_APPLICATION,
    WEB_OPTIONS,
    PortTakenError,
    Programs,
    answers_ping,
    free_port,
    require_free_port,
)
from launch.services.supervisor import Supervisor


def test_require_free_port__free__does_not_raise() -> None:
    require_free_port(free_port())


def test_require_free_port__taken__names_the_port_and_a_solution() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(PortTakenError, match=rf"Port {port} is already in use .* PORT=8001"):
            require_free_port(port)


def test_broker__started__listens_on_loopback_only_and_stops(tmp_path: Path) -> None:
    programs = Programs(tmp_path, tmp_path, tmp_path / "log", 8000, free_port(), {})

    with Supervisor(programs.log_dir) as supervisor:
        supervisor.start(programs.broker())

        assert answers_ping(programs.broker_port)
    assert not answers_ping(programs.broker_port)


def test_web__options__respawn_workers_and_close_slow_connections(tmp_path: Path) -> None:
    web = Programs(tmp_path, tmp_path, tmp_path / "log", 8000, free_port(), {}).web()

    assert "--respawn-failed-workers" in web.command
    assert "--http1-header-read-timeout" in web.command


def test_web__command__is_the_one_that_the_documentation_gives() -> None:
    documented = Path(settings.BASE_DIR, "docs", "operations.md").read_text()

    shown = f"`granian {' '.join(WEB_OPTIONS)} --workers N --host … --port … {WEB_APPLICATION}`"

    assert shown in documented
