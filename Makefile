# Everything a developer or a newcomer needs; `make` lists it.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
ARGS ?=
#: One more than there are cores: much of a test is waiting.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

# What was compiled once is not compiled again for each command and each process of the tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup browser demo test check format docs bench soak smoke lock clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Make .venv with everything pinned (python3 >= 3.11)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "headrace needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup  ## Watch a demonstration channel being imported on the site; no account (ARGS=--no-serve)
	@$(BIN)/headrace demo --archive ./demo-archive $(ARGS)

browser:
	@./scripts/browser.sh

test: setup browser  ## Pass every test (ARGS="-k ledger" for some)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not soak" $(ARGS)

check: setup  ## Lint, types, import directions, formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q --no-header -p no:cacheprovider tests/test_house.py

format: setup  ## Format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: setup  ## Write the reference pages anew
	@$(BIN)/python docs/generate.py

bench: setup  ## Measure: ratios in one run, the sandbox's own ceiling beside (ARGS="reference quick" for some)
	@$(BIN)/python -m benchmarks $(ARGS)

soak: setup browser  ## The volume runs: kill points, fault schedules
	@$(BIN)/python -m pytest -m soak --timeout 5400 $(ARGS)

smoke: setup  ## A small reading visit with your own account, and a report (ARGS="@name")
	@$(BIN)/python scripts/smoke.py $(ARGS)

lock:  ## Renew the pins: of everything, and of what runs in a container (needs uv)
	@uv lock --quiet --upgrade
	@uv export --quiet --all-extras --no-emit-project --no-header --format requirements-txt > requirements.lock
	@uv export --quiet --extra postgres --extra build --no-emit-project --no-header --format requirements-txt > requirements.run.lock

clean:  ## Remove what was made
	@rm -rf $(VENV) build dist demo-archive .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
