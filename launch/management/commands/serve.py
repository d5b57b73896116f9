"""Run your own shop: broker, worker, beat and web, until Ctrl-C."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import translation
from django.utils.timezone import now
from environs import Env

from catalog.models import Product
from checkout.models import Order
from launch.services.access import ensure_access
from launch.services.environment import (
    ADMIN_PASSWORD,
    ADMIN_USER,
    PUBLISHABLE_KEY,
    SECRET_KEY,
    SHOP,
    SIGNING_SECRET,
    environment_path,
)
from launch.services.example import curl_command, wait_for_offers
from launch.services.learning import learn
from launch.services.lock import only_one
from launch.services.programs import LOOPBACK, Programs, free_port, require_free_port
from launch.services.supervisor import LaunchError, Stopped, Supervisor, stop_on_signals
from offers.models import Offer, Placement
from offers.services.snapshot import refresh_snapshot
from offers.services.starter import set_up_shop

DEFAULT_PORT = 8000
RATE_PER_MINUTE = 6_000
OWN = {"AWASE_DEMO": "0"}


class Command(BaseCommand):
    """Prepare what is missing, then serve the shop."""

    help = "Run your own shop on one machine: Valkey, Celery worker and beat, granian, until Ctrl-C."

    def handle(self, *_args: Any, **_options: Any) -> None:
        port = Env().int("PORT", DEFAULT_PORT)
        data: Path = settings.AWASE_DATA
        try:
            with stop_on_signals(), only_one(data, shop=SHOP), Supervisor(data / "log") as supervisor:
                require_free_port(port)
                self.open_shop(supervisor, data, port)
                supervisor.watch()
        except Stopped as stopped:
            self.stdout.write(f"\n{stopped}: all programs have been stopped.")
        except LaunchError as error:
            raise CommandError(str(error)) from error

    def open_shop(self, supervisor: Supervisor, data: Path, port: int) -> None:
        """Start the programs, and learn from the orders if nothing was learned yet."""
        url = f"http://{LOOPBACK}:{port}"
        call_command("migrate", verbosity=0)
        access = ensure_access(
            path=environment_path(data, shop=SHOP),
            url=url,
            origins=[url, f"http://localhost:{port}"],
            label="Own shop",
            rate_per_minute=RATE_PER_MINUTE,
        )
        self.set_up()
        programs = Programs(settings.BASE_DIR, data, supervisor.log_dir, port, free_port(), OWN)
        self.say("Starting Valkey, the Celery worker and beat, the web server")
        supervisor.start(programs.broker())
        supervisor.start(programs.worker(), programs.beat(), programs.web())
        if Order.objects.exists():
            learn(supervisor.check, self.say)
        refresh_snapshot(at=now())
        body = example_body()
        key = access[SECRET_KEY]
        count = wait_for_offers(port=port, key=key, body=body, check=supervisor.check, at_least=0)
        self.stdout.write(summary(url, data, access, f"{count} offers", curl_command(url, key, body)))
        connections.close_all()

    def set_up(self) -> None:
        """Give a new shop its placements and offers; one that has some is left as it is."""
        if Placement.objects.exists() or Offer.objects.exists():
            return
        self.say(f"Creating the usual placements and starter offers in {settings.AWASE_CURRENCY}")
        with translation.override(settings.LANGUAGE_CODE):
            set_up_shop(currency=settings.AWASE_CURRENCY, by=None, at=now())

    def say(self, text: str) -> None:
        """Print the current step."""
        self.stdout.write(self.style.MIGRATE_HEADING(f"• {text}"))
        self.stdout.flush()


def example_body() -> dict[str, Any]:
    """Return a request for offers in the shop's first placement, for its first product if there is one."""
    placement = Placement.objects.filter(is_active=True).order_by("pk").first()
    if placement is None:
        raise LaunchError("The shop has no active placement. Run: manage.py setup_shop")
    product = Product.objects.sellable().order_by("pk").first()
    return {"placement": placement.code, **({} if product is None else {"product": product.sku})}


def summary(url: str, data: Path, access: dict[str, str], answered: str, command: str) -> str:
    """Return the addresses, credentials and an example request."""
    counts = f"{Product.objects.count():,} products, {Order.objects.count():,} orders"
    return f"""
The shop is running with {counts}. Press Ctrl-C to stop it.

  Admin            {url}/admin/   {access[ADMIN_USER]} / {access[ADMIN_PASSWORD]}
  API              {url}/api/docs
  Secret key       {access[SECRET_KEY]}
  Publishable key  {access[PUBLISHABLE_KEY]}
  Signing secret   {access[SIGNING_SECRET]}
  Variables        {environment_path(data, shop=SHOP)}
  Logs             {data / "log"}

Example request ({answered}):

  {command}
"""
