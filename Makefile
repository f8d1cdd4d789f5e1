# Linux and macOS. Everything is installed into .venv and web/node_modules; nothing else of the machine is touched.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

PORT ?= 8000
KEBU_HOME ?= $(CURDIR)/data
DEMO_HOME ?= $(CURDIR)/demo-data
BIN := .venv/bin
PYTHON := $(BIN)/python
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check
WEB = $(shell find web -name node_modules -prune -o -type f -print)
STATIC := src/kebu/spa/static

.PHONY: help install run demo test interop lint fix bench docs lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/installed $(STATIC)/.made-of ## the program and its front end, ready to run

run: install ## start Kebu (PORT=8000, KEBU_HOME=./data)
	@KEBU_HOME="$(KEBU_HOME)" exec $(BIN)/kebu serve --port $(PORT)

demo: install ## start Kebu with a filled sample company (PORT=8000, DEMO_HOME=./demo-data)
	@KEBU_HOME="$(DEMO_HOME)" $(BIN)/kebu demo && KEBU_HOME="$(DEMO_HOME)" exec $(BIN)/kebu serve --port $(PORT)

test: .venv/dev $(STATIC)/.made-of ## all tests: SQLite, PostgreSQL, front end, browser
	$(PYTHON) -m pytest -q -n auto --maxprocesses 4 -m "not browser"
	KEBU_TEST_DATABASE=postgres $(PYTHON) -m pytest -q -n auto --maxprocesses 4 -m "not once and not browser"
	$(PYTHON) hatch_build.py npm test
	$(PYTHON) -m pytest -q -n 2 --dist loadfile -m browser --reruns 1 --max-suite-reruns 2 --rerun-show-tracebacks

interop: .venv/dev ## workbooks to and from a real LibreOffice, where there is one
	KEBU_INTEROP=1 $(PYTHON) -m pytest -q tests/interop

lint: .venv/dev ## format, types, architecture, completeness
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTHON) hatch_build.py npm run check
	$(PYTHON) -m pytest -q tests/test_house.py

fix: .venv/dev ## let the formatters repair what they can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(PYTHON) hatch_build.py npm run fix

bench: .venv/dev $(STATIC)/.made-of ## measure the program against its limits
	$(PYTHON) -m bench --f1 100 --f8 1000 --f9 10000 --write

docs: .venv/dev $(STATIC)/.made-of ## take the pictures of the documentation anew
	KEBU_PICTURES=1 $(PYTHON) -m pytest -q -m browser

lock: ## pin what pyproject.toml asks for (needs uv on the path)
	uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	uv pip compile $(LOCK) -c requirements.lock --group build -o requirements-build.lock
	uv pip compile $(LOCK) -c requirements.lock --group node -o requirements-node.lock
	uv pip compile $(LOCK) -c requirements.lock --group build --group node --group dev pyproject.toml -o requirements-dev.lock
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

clean: ## remove what was installed and built; data stays
	rm -rf .venv .cache web/node_modules $(STATIC) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.venv/pyvenv.cfg:
	@for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Installing into .venv"; exec $$python -m venv .venv; fi; \
	done; echo "Kebu needs Python 3.11 or newer with its venv module." >&2; exit 1

.venv/installed: .venv/pyvenv.cfg requirements.lock requirements-build.lock pyproject.toml
	@$(PIP) --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/installed requirements-dev.lock
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

$(STATIC)/.made-of: hatch_build.py $(WEB) | .venv/installed
	@$(PYTHON) hatch_build.py node || $(PIP) --require-hashes -r requirements-node.lock
	@$(PYTHON) hatch_build.py
	@touch $@
