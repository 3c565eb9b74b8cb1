# The daily commands; `make help` lists them. Everything runs in .venv, which is made and kept in date by .ci/prepare.
SHELL := /bin/sh
PORT ?= 8000
PYTHON_IN_VENV := .venv/bin/python
# What the checks run with: an environment that no .env can change.
CHECKED := DJANGO_SETTINGS_MODULE=backoffice.config.settings_test $(PYTHON_IN_VENV)
PYTEST_ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help run test browser client server fuzz attack load lint format bench lock
export PYTHON
# Compiled tests are kept: else each process of each run rewrites all their assertions anew.
export PYTHONDONTWRITEBYTECODE :=

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## */make \1\t/p' Makefile | expand -t 16

run:  ## the centre on this machine with demo data: web and worker on http://localhost:8000 (PORT=… for another port)
	@.ci/prepare run
	@test -e .env || .ci/write-env
	@$(PYTHON_IN_VENV) manage.py serve --prepare --port $(PORT)

test:  ## the quick tests, on SQLite (SLOW_TESTS=1: the slow ones too); with DATABASE_ENGINE=postgresql all but the browser's
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) -m pytest --numprocesses auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

browser:  ## the trip through the running server in Debian's chromium
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) -m pytest -m browser --numprocesses auto --maxprocesses 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

client:  ## the client that is generated from the API's schema (TypeScript; needs node and npm) walks a family's way
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) -m pytest -m apps $(PYTEST_ARGS)

server:  ## the whole server as it runs at the centre: started, stopped, scaled and broken (PostgreSQL, Redis, nginx, PgBouncer)
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) -m pytest -m server --numprocesses auto --maxprocesses 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

fuzz:  ## thousands of questions to the running API, as each role (FUZZ_EXAMPLES=… for each operation, FUZZ_SEED=…)
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) -m pytest -m fuzz $(PYTEST_ARGS)

attack:  ## wapiti and sqlmap (Debian's packages) against the running server (SCAN_SECONDS=… for each kind of attack)
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) -m pytest -m scanners $(PYTEST_ARGS)

lint:  ## style, types, layers, migrations, translations, locked versions, licences
	@.ci/prepare dev
	$(PYTHON_IN_VENV) -m ruff check .
	$(PYTHON_IN_VENV) -m ruff format --check .
	$(PYTHON_IN_VENV) -m mypy
	$(PYTHON_IN_VENV) .venv/bin/lint-imports --no-cache
	$(CHECKED) manage.py check --fail-level WARNING
	$(CHECKED) manage.py makemigrations --check --dry-run
	$(CHECKED) manage.py check_translations
	$(PYTHON_IN_VENV) .ci/lock --check

format:  ## what ruff can mend by itself
	@.ci/prepare dev
	$(PYTHON_IN_VENV) -m ruff check --fix .
	$(PYTHON_IN_VENV) -m ruff format .

bench:  ## the numbers that must hold, as ratios in one run (PostgreSQL)
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) -m benchmarks

load:  ## half an hour of a mixed load on the whole server (PostgreSQL, Redis, nginx; MINUTES=…)
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) -m benchmarks.load --minutes $(or $(MINUTES),30)

lock:  ## compile requirements*.txt from pyproject.toml, and what is inside (UPGRADE=1 for the newest that fit)
	@.ci/prepare dev
	@$(PYTHON_IN_VENV) .ci/lock $(if $(UPGRADE),--upgrade)
