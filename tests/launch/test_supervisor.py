import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from launch.services.supervisor import Child, ChildFailedError, Stopped, Supervisor, stop_on_signals

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); " + SLEEP


def child(supervisor: Supervisor, name: str, code: str, ready_seconds: float = 20) -> Child:
    path = supervisor.log_path(name)
    return Child(name, (sys.executable, "-c", code), lambda: "up" in path.read_text(), {}, ready_seconds)


def test_start__program__returns_when_it_is_ready(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        (pid,) = supervisor.start(child(supervisor, "one", SLEEP))

        assert "up" in supervisor.log_path("one").read_text()
        assert psutil.pid_exists(pid)


def test_stop__several_programs__leaves_none_running(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        pids = supervisor.start(*(child(supervisor, name, SLEEP) for name in ("one", "two")))

    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_stop__program_that_ignores_the_request__is_killed(tmp_path: Path) -> None:
    with Supervisor(tmp_path, stop_seconds=0.3) as supervisor:
        (pid,) = supervisor.start(child(supervisor, "stubborn", STUBBORN))

    assert not psutil.pid_exists(pid)


def test_stop__orphaned_grandchild__is_killed_too(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        (pid,) = supervisor.start(child(supervisor, "parent", PARENT))
        grandchildren = psutil.Process(pid).children()

    assert grandchildren
    psutil.wait_procs(grandchildren, timeout=5)
    assert not any(process.is_running() for process in grandchildren)


def test_check__program_exited__raises_with_its_name_and_log(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(child(supervisor, "well", SLEEP))
        ailing = child(supervisor, "ailing", "print('up'); print('the reason'); raise SystemExit(3)")

        with pytest.raises(ChildFailedError, match=r"(?s)ailing exited with code 3.*the reason"):
            start_and_watch(supervisor, ailing)


def test_start__program_never_ready__is_reported_and_stopped(tmp_path: Path) -> None:
    before = {process.pid for process in psutil.Process().children()}

    with pytest.raises(ChildFailedError, match=r"mute was not ready in 0\.2 s"), Supervisor(tmp_path) as one:
        one.start(child(one, "mute", "import time; time.sleep(60)", ready_seconds=0.2))

    assert not [process for process in psutil.Process().children() if process.pid not in before]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_on_signals__first_signal__raises_and_the_second_is_ignored(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    with pytest.raises(Stopped, match=number.name), stop_on_signals():
        signal_twice(number)

    assert signal.getsignal(number) == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the death of the parent")
def test_programs__supervisor_killed__end_with_it(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from launch.services.supervisor import Child, Supervisor\n"
        f"supervisor = Supervisor(Path({str(tmp_path)!r}))\n"
        f"command = (sys.executable, '-c', {SLEEP!r})\n"
        "with supervisor:\n"
        "    print(supervisor.start(Child('one', command, lambda: True))[0], flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        pid = int(process.stdout.readline())

        process.kill()

    assert eventually(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def start_and_watch(supervisor: Supervisor, ailing: Child) -> None:
    supervisor.start(ailing)
    supervisor.watch()


def signal_twice(number: signal.Signals) -> None:
    try:
        os.kill(os.getpid(), number)
        time.sleep(5)
    finally:
        os.kill(os.getpid(), number)
