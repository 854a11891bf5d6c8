# Two commands matter: `make run` and `make test`. Both make .venv from the lock files; plain Python is enough.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
# What pytest is given besides; CI measures coverage with it, which makes every test slower.
PYTEST ?=
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help run test coverage lint fmt lock bench chaos e2e-teams clean

help: ## show this list
	@echo "Countersign: make COMMAND"
	@sed -n 's/^\([a-z0-9-]*\):.*## /  \1	/p' Makefile

run: $(VENV)/.run ## try it: no account and no key needed (PORT, DATA_DIR)
	@$(BIN)/python -m bot run --sandbox

test: lint ## lint, types, architecture contracts, all tests
	@$(BIN)/python -m pytest -n 2 $(PYTEST)

coverage: ## the tests, and how much of the code they reach
	@$(MAKE) --no-print-directory test PYTEST="--cov --cov-report=term:skip-covered"

lint: $(VENV)/.test ## style, types, architecture contracts
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

fmt: $(VENV)/.test ## format the code
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

bench: $(VENV)/.test ## measure retrieval, the ledger, takeover, a model's call, webhooks and Slack's acknowledgement
	@$(BIN)/python tests/bench/bench_retrieval.py
	@$(BIN)/python tests/bench/bench_ledger.py
	@$(BIN)/python tests/bench/bench_ledger.py --postgresql --rows 0
	@$(BIN)/python tests/bench/bench_takeover.py
	@$(BIN)/python tests/bench/bench_model.py
	-@$(BIN)/python tests/bench/bench_hooks.py
	-@$(BIN)/python tests/bench/bench_slack_ack.py

chaos: $(VENV)/.test ## the long chaos run, some hours (CHAOS_SEED, CHAOS_EVENTS, CHAOS_KILLS, CHAOS_FLUSHES, CHAOS_RACES, ...)
	@CHAOS_LONG=1 LIFE_EXAMPLES=$${LIFE_EXAMPLES:-2000} $(BIN)/python -m pytest tests/chaos tests/handlers/test_life.py --timeout=0 -p no:randomly -v -s --basetemp="$$(mktemp -d)"

e2e-teams: $(VENV)/.test ## the bot in Microsoft's Agents Playground, in a browser (needs Node.js 20 and Chromium)
	@sh tools/e2e-teams $(BIN)/python

lock: $(VENV)/.test ## write the lock files again from pyproject.toml
	@UV="$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade pyproject.toml" && \
	$$UV -o requirements.lock && $$UV --extra dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the environment and caches, keep the data
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Countersign needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

# The development lock holds everything the other one does, at the same versions.
$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@sh tools/install requirements.lock $(VENV)
	@touch $@

$(VENV)/.test: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/bin/python
	@sh tools/install requirements-dev.lock $(VENV)
	@touch $(VENV)/.run $@
