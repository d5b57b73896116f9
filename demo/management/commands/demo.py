"""Run a shop on real data: broker, worker, beat and web, until Ctrl-C."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from environs import Env

from demo.data.dataset import CURRENCY, TIME_ZONE
from demo.plans.simulated import DEFAULT_WEEKS
from demo.services.shop import DemoShop, example_body
from launch.services.access import ensure_access
from launch.services.environment import (
    ADMIN_PASSWORD,
    ADMIN_USER,
    DEMO,
    PUBLISHABLE_KEY,
    SECRET_KEY,
    SIGNING_SECRET,
    environment_path,
)
from launch.services.example import curl_command, wait_for_offers
from launch.services.learning import learn
from launch.services.lock import only_one
from launch.services.programs import LOOPBACK, Programs, free_port, require_free_port
from launch.services.supervisor import LaunchError, Stopped, Supervisor, stop_on_signals

DEFAULT_PORT = 8000
RATE_PER_MINUTE = 60_000
OWN = {"AWASE_DEMO": "1", "AWASE_CURRENCY": CURRENCY, "TIME_ZONE": TIME_ZONE}


class Command(BaseCommand):
    """Set up the shop if necessary, then serve it."""

    help = "Run a shop on the Complete Journey: Valkey, Celery worker and beat, granian, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--baskets", type=int, metavar="N", help="Use only the first N baskets of the data (for tests)."
        )
        parser.add_argument(
            "--weeks",
            type=int,
            default=DEFAULT_WEEKS,
            metavar="N",
            help="Simulate N weeks of shoppers on the first start; 0 for none.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        port = Env().int("PORT", DEFAULT_PORT)
        data: Path = settings.AWASE_DATA
        try:
            with stop_on_signals(), only_one(data, shop=DEMO), Supervisor(data / "log") as supervisor:
                require_free_port(port)
                shop = DemoShop(data, options["baskets"], self.say)
                self.open_shop(supervisor, port, shop, weeks=options["weeks"])
                supervisor.watch()
        except Stopped as stopped:
            self.stdout.write(f"\n{stopped}: all programs have been stopped.")
        except LaunchError as error:
            raise CommandError(str(error)) from error

    def open_shop(self, supervisor: Supervisor, port: int, shop: DemoShop, *, weeks: int) -> None:
        """Start the programs and set up the shop."""
        data, url = shop.data, f"http://{LOOPBACK}:{port}"
        call_command("migrate", verbosity=0)
        origins = [url, f"http://localhost:{port}"]
        access = ensure_access(
            path=environment_path(data),
            url=url,
            origins=origins,
            label="Demo",
            rate_per_minute=RATE_PER_MINUTE,
        )
        shop.import_data()
        programs = Programs(settings.BASE_DIR, data, supervisor.log_dir, port, free_port(), OWN)
        self.say("Starting Valkey, the Celery worker and beat, the web server")
        supervisor.start(programs.broker())
        supervisor.start(programs.worker(), programs.beat(), programs.web())
        learn(supervisor.check, self.say)
        shop.curate()
        shop.simulate(weeks=weeks)
        shop.publish()
        body, key = example_body(), access[SECRET_KEY]
        count = wait_for_offers(port=port, key=key, body=body, check=supervisor.check, at_least=1)
        self.stdout.write(
            summary(url, data, access, f"{count} offers for a cart", curl_command(url, key, body))
        )
        connections.close_all()

    def say(self, text: str) -> None:
        """Print the current step."""
        self.stdout.write(self.style.MIGRATE_HEADING(f"• {text}"))
        self.stdout.flush()


def summary(url: str, data: Path, access: dict[str, str], answered: str, command: str) -> str:
    """Return the addresses, credentials and an example request."""
    return f"""
The shop is running. Press Ctrl-C to stop it.

  Storefront       {url}/demo/
  Admin            {url}/admin/   {access[ADMIN_USER]} / {access[ADMIN_PASSWORD]}
  API              {url}/api/docs
  Secret key       {access[SECRET_KEY]}
  Publishable key  {access[PUBLISHABLE_KEY]}
  Signing secret   {access[SIGNING_SECRET]}
  Variables        {environment_path(data)}
  Logs             {data / "log"}

Example request ({answered}):

  {command}
"""
