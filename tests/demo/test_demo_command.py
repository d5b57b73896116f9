import json
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from launch.environment import environment_path, read_environment
from launch.programs import LOOPBACK, WEB_WORKERS, answers_http
from tests.demo.life import BASKETS, OPENED, Demo, DemoRun, survivors

# The programs are the same on every database; the services that fill it are tested on both.
pytestmark = [pytest.mark.worker, pytest.mark.any_database, pytest.mark.xdist_group("demo")]


@dataclass
class Story:
    """The observations of one demo from start to stop."""

    demo: Demo
    said: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    curl: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, bool] = field(default_factory=dict)
    statuses_during_set_up: set[int] = field(default_factory=set)
    rejected_second_demo: str = ""
    programs: list[str] = field(default_factory=list)
    left_by_kill: list[str] = field(default_factory=list)
    answers_without_worker: list[bool] = field(default_factory=list)
    web_workers: list[int] = field(default_factory=list)
    left_by_interrupt: list[str] = field(default_factory=list)
    exit_code: int = -1
    before: tuple[dict[str, int], dict[str, str]] = ({}, {})
    after: tuple[dict[str, int], dict[str, str]] = ({}, {})
    said_again: str = ""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Kill a first run halfway, complete it, inspect it, interrupt it, restart it."""
    folder = tmp_path_factory.mktemp("shop")
    story = Story(Demo(folder / "data"))
    kill_half_way(story)
    look_around(story)
    start_again(story)
    return story


def kill_half_way(story: Story) -> None:
    # Enough that the import is still running when it is killed.
    run = story.demo.start(baskets=4 * BASKETS)
    try:
        run.wait_for("Importing orders")
        run.process.send_signal(signal.SIGSTOP)
        family = run.family()
    finally:
        run.end(signal.SIGKILL)
    story.left_by_kill = survivors(family)


def look_around(story: Story) -> None:
    run = story.demo.start()
    try:
        with asking(story):
            run.wait_for(OPENED)
        story.said = run.said()
        story.variables = read_environment(story.demo.data / "demo.env")
        story.curl = json.loads(say_curl(run))
        for path in ("/demo/", "/admin/login/", "/livez", "/readyz"):
            story.pages[path] = answers_http(story.variables["AWASE_URL"] + path)
        kill_web_worker(story, run)
        story.rejected_second_demo = second_demo(story.demo)
        family = run.family()
        story.programs = [" ".join(process.cmdline()) for process in family]
    finally:
        story.exit_code = run.end(signal.SIGINT)
    story.left_by_interrupt = survivors(family)
    story.before = story.demo.counts(), story.variables


@contextmanager
def asking(story: Story) -> Iterator[None]:
    """Ask the shop for offers all the time, like a browser tab that was left open."""
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.1):
            with suppress(KeyError, OSError, HTTPException):
                key = read_environment(environment_path(story.demo.data))["AWASE_SECRET_KEY"]
                story.statuses_during_set_up.add(status_of(story.demo.port, key))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def status_of(port: int, key: str) -> int:
    body = json.dumps({"placement": "cart", "cart": []})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    link = HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        link.request("POST", "/api/v1/offers", body, headers)
        return link.getresponse().status
    finally:
        link.close()


def kill_web_worker(story: Story, run: DemoRun) -> None:
    victim = run.kill_web_worker()
    address = story.variables["AWASE_URL"] + "/livez"
    # A connection accepted by the killed worker may be lost, but the others must be answered.
    answers_http(address)
    story.answers_without_worker = [answers_http(address) for _ in range(20)]
    run.wait_for_web_workers(WEB_WORKERS)
    story.web_workers = [victim.pid, *(process.pid for process in run.web_workers())]


def start_again(story: Story) -> None:
    run = story.demo.start()
    try:
        run.wait_for(OPENED)
        story.said_again = run.said()
    finally:
        run.end(signal.SIGTERM)
    story.after = story.demo.counts(), read_environment(story.demo.data / "demo.env")


def say_curl(run: DemoRun) -> str:
    (command,) = [line for line in run.said().splitlines() if line.strip().startswith("curl ")]
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    return subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout  # noqa: S602


def second_demo(demo: Demo) -> str:
    command = demo.command("demo")
    said = subprocess.run(
        command, env=demo.environment(), cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert said.returncode != 0
    return said.stderr


def test_demo__killed_during_the_import__is_completed_by_the_next_start(story: Story) -> None:
    assert story.left_by_kill == []
    assert "Importing products" not in story.said
    assert "Importing orders" in story.said


def test_demo__asked_during_set_up__answers_that_it_knows_no_placement_and_completes(story: Story) -> None:
    assert 404 in story.statuses_during_set_up
    assert "The shop is running" in story.said


def test_demo__printed_curl__returns_offers(story: Story) -> None:
    offers = story.curl["offers"]

    assert offers
    assert all(offer["headline"] and offer["reason"]["text"] for offer in offers)
    # The reward of a threshold may not be a product.
    assert all(offer["products"] or offer["reward"] for offer in offers)
    assert all(offer["price"]["offer"]["currency"] == "USD" for offer in offers)


def test_demo__programs__are_all_running(story: Story) -> None:
    running = "\n".join(story.programs)

    assert all(name in running for name in ("valkey-server", "worker", "beat", "granian"))


def test_demo__web_worker_killed__others_answer_and_it_is_replaced(story: Story) -> None:
    victim, *workers = story.web_workers

    assert all(story.answers_without_worker)
    assert len(workers) == WEB_WORKERS
    assert victim not in workers


@pytest.mark.parametrize("path", ["/demo/", "/admin/login/", "/livez", "/readyz"])
def test_demo__page__is_served(story: Story, path: str) -> None:
    assert story.pages[path]


def test_demo__variables__are_written_and_printed(story: Story) -> None:
    assert story.variables["AWASE_URL"] == f"http://127.0.0.1:{story.demo.port}"
    assert story.variables["AWASE_SECRET_KEY"].startswith("sk_")
    assert story.variables["AWASE_PUBLISHABLE_KEY"].startswith("pk_")
    assert all(value in story.said for value in story.variables.values())


def test_demo__second_instance_on_the_same_folder__is_refused(story: Story) -> None:
    assert f"Another shop is already running in {story.demo.data}" in story.rejected_second_demo


def test_demo__interrupted__exits_cleanly_and_leaves_no_process(story: Story) -> None:
    assert story.exit_code == 0
    assert story.left_by_interrupt == []


def test_demo__restarted__changes_nothing(story: Story) -> None:
    assert story.after == story.before
    assert "Recompute: " in story.said
    assert "Importing" not in story.said_again
    assert "Recompute: " not in story.said_again


def test_demo__port_taken__fails_and_starts_nothing(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        demo = Demo(tmp_path / "data", server.getsockname()[1])

        run = demo.start()

        assert run.process.wait(60) != 0
    assert f"Port {demo.port} is already in use" in run.said()
    assert not (demo.data / "awase.sqlite3").exists()
