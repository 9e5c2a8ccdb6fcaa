# `make run` and `make test` need Python 3.11, Node 20 and npm; everything else they install here.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
APT := apt-get install -y --no-install-recommends
ADR := tests/tools/adr/node_modules
READERS := adr-tools cmark-gfm graphviz poppler-utils fontconfig fonts-dejavu libpangoft2-1.0-0 libharfbuzz-subset0

.PHONY: help setup setup-tests run test bench audit faults chromium readers
.DEFAULT_GOAL := help

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: node_modules/.installed .venv/.runtime ## install what the site needs; quick when nothing changed

setup-tests: node_modules/.installed .venv/.development $(ADR)/.installed chromium readers

run: setup ## set up and start everything: make run [PORT=8000]
	@exec $(BIN)/python manage.py demo --port $(PORT)

test: setup-tests ## set up and run every check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy archlab tests manage.py
	$(BIN)/lint-imports
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +
	$(BIN)/pytest --numprocesses auto --dist worksteal

bench: setup-tests ## run the benchmarks: make bench [pages|bill|calculators|drills|lint|load|nights|sandbox] [BENCH_JSON=FILE]
	@$(BIN)/python tests/perf/bench.py $(NAME) $(if $(BENCH_JSON),--json $(BENCH_JSON))

# the word after bench is the name of a benchmark, not another thing to make
ifeq (bench,$(firstword $(MAKECMDGOALS)))
NAME := $(word 2,$(MAKECMDGOALS))
.PHONY: $(NAME)
$(NAME):
	@:
endif

audit: setup-tests .ministack/.installed ## run Lighthouse, pa11y and the AWS emulator, slower than the tests
	@$(BIN)/python tests/audit/audit.py
	@$(BIN)/pytest -m emulator

faults: setup-tests ## run the fault programme in full, longer than the tests do
	ARCHLAB_FAULTS=full $(BIN)/pytest --numprocesses auto --dist worksteal -m "fault or rare"

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python is missing. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$$($(PYTHON) --version) is too old: archlab needs Python 3.11 or newer. If you have one, name it: make run PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; \
	  echo "Python cannot make a virtual environment. Install its venv package (Debian: apt-get install python3-venv)."; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installing the Python packages ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.development: requirements-dev.txt .venv/.runtime
	@echo "Installing the Python packages for the tests ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# an environment of its own: it pins another botocore than the site
.ministack/.installed: tests/audit/requirements-ministack.txt | .venv/bin/python
	@$(PYTHON) -m venv .ministack
	@.ministack/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tests/audit/requirements-ministack.txt
	@touch $@

node_modules/.installed: package-lock.json package.json .npmrc
	@command -v node >/dev/null || { \
	  echo "Node is missing. Install Node 20 or newer with npm (Debian: apt-get install nodejs npm)."; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { \
	  echo "Node $$(node --version) is too old: archlab needs Node 20 or newer."; exit 1; }
	@command -v npm >/dev/null || { echo "npm is missing. Install it (Debian: apt-get install npm)."; exit 1; }
	@echo "Installing the files for the browser ..."
	@npm ci --silent
	@touch $@

$(ADR)/.installed: tests/tools/adr/package-lock.json tests/tools/adr/package.json | node_modules/.installed
	@echo "Installing the tools that read decision records ..."
	@cd tests/tools/adr && npm ci --silent
	@touch $@

chromium:
	@command -v chromium >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && $(APT) chromium; } || { \
	  echo "Chromium is missing, and the tests drive it. Install it (Debian: apt-get install chromium)."; exit 1; }

# programs of others that read what we export
readers:
	@{ command -v adr && command -v cmark-gfm && command -v dot && command -v pdftotext && \
	  fc-list | grep DejaVuSans && \
	  $(PYTHON) -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("harfbuzz-subset"))'; } >/dev/null 2>&1 || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && $(APT) $(READERS); } || { \
	  echo "Programs that the tests compare with are missing. Install them (Debian: apt-get install $(READERS))."; exit 1; }
