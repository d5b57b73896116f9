# Requires Python >= 3.11 and make. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.8
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-annotate --no-header
export UV_PROJECT_ENVIRONMENT := $(VENV)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test lint format bench eval lock messages images clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed  ## Create .venv and install the locked packages

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Awase needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.installed: requirements-dev.lock | $(UV)
	$(UV) pip install --quiet --require-hashes --requirements requirements-dev.lock
	@touch $@

# The storefront page only exists in demo mode; the prices of the data are in dollars.
demo: export AWASE_DEMO := 1
demo: export AWASE_CURRENCY := USD
demo: setup  ## Run a shop on real data: web, worker and beat, until Ctrl-C
	@$(BIN)/python manage.py demo

serve: export AWASE_DEMO := 0
serve: setup  ## Run your own shop: web, worker and beat, until Ctrl-C; AWASE_DATA= names its folder
	@$(BIN)/python manage.py serve

test: setup  ## Run the whole suite on SQLite and PostgreSQL
	@$(BIN)/python -m tests.run

lint: setup  ## Check style, types, import direction, templates and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet .
	$(BIN)/python manage.py makemigrations --check --dry-run
	HTTPS=1 SECRET_KEY=$$(head -c 48 /dev/urandom | base64 -w0) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: setup  ## Rewrite the code in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet .

bench: setup  ## Measure serving, recompute and imports; writes var/bench.json
	@$(BIN)/python -m tests.bench

# The peers have their own environment: neither the product nor the tests depend on them.
eval: .venv-eval/.installed  ## Compare the recommendations with peers; ORDERS=, PRODUCTS=, BEFORE= for your shop
	@.venv-eval/bin/python -m tests.eval $(if $(ORDERS),--orders $(ORDERS)) $(if $(PRODUCTS),--products $(PRODUCTS)) \
		$(if $(BEFORE),--before $(BEFORE))

.venv-eval/.installed: requirements-eval.lock | $(UV)
	$(UV) venv --quiet --clear --python $(BIN)/python .venv-eval
	VIRTUAL_ENV=.venv-eval $(UV) pip install --quiet --require-hashes --requirements requirements-eval.lock
	@touch $@

lock: $(UV)  ## Resolve pyproject.toml into the three locks
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.lock
	$(COMPILE) pyproject.toml --group eval --output-file requirements-eval.lock

messages: setup  ## Collect and compile the Japanese translations
	$(BIN)/python -m tests.messages

images: setup  ## Take the pictures of the documentation from the running demo
	$(BIN)/python -m tests.images

clean:  ## Remove the environment and all local data
	rm -rf $(VENV) .venv-eval var
