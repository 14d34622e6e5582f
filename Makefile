# One way to start, test, check and measure. `make` alone lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.synced

.PHONY: help setup run story test check format bench torture lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## the environment in .venv, from requirements.lock alone

$(STAMP): requirements.lock pyproject.toml .ci/setup
	@PYTHON='$(PYTHON)' .ci/setup

run: $(STAMP) ## start everything in front: PORT, DATA_DIR, DATABASE_URL, BROKER_URL, DEMO=0 change it
	@exec .ci/tied $(BIN)/python -m selaras.launch

story: $(STAMP) ## one group's life over HTTP against the running server
	@$(BIN)/python -m tests.journeys.story

test: $(STAMP) ## all tests
	@$(BIN)/pytest $(ARGS)

check: $(STAMP) ## format, lint, types, import direction, file sizes, repeated code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pylint --enable=duplicate-code,too-many-lines workflow api workers selaras
	$(BIN)/pylint --enable=too-many-lines --max-module-lines=450 tests

format: $(STAMP) ## write the code in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## the table of bench/
	@$(BIN)/python -m bench

torture: $(STAMP) ## kill every part under load, take the broker away, kill and wipe while mail, messages and webhooks go out
	@$(BIN)/python -m tests.failure.killing 40
	@$(BIN)/python -m tests.failure.broker_away 60
	@$(BIN)/python -m tests.failure.delivery_under_fire 10000 30 5 5

lock: ## requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 pyproject.toml --extra dev -o requirements.lock

clean: ## remove .venv and caches; the data folder stays
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
