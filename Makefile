# Every target works in a fresh clone with git, make and Python 3.11 or newer; docs/running.md says
# the same without make. Each makes or completes .venv from a lock file first.

PYTHON ?= python3
BOOTSTRAP := $(PYTHON) clinic/local/bootstrap.py
PY := .venv/bin/python
WITH_SERVICES := $(PY) -m clinic.local.with_services
UV = $(or $(shell command -v uv),.venv/bin/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
# make test T=tests/clinic, or T="-k booking"
T ?=
export PORT HOST

.DEFAULT_GOAL := help
.PHONY: help run test thorough check check-inside audit bench faults screenshots letter-pictures words-extract words-compile shell browser format lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## the whole clinic on this machine, with demo data (PORT=8000)
	@$(BOOTSTRAP) requirements-local.lock -m clinic.local.supervisor

# by file, because a file's tests may share a costly fixture; loadgroup does nothing in
# pytest-xdist 3.8.0 with pytest 9.2 (its group suffix no longer reaches the node ids)
test: browser ## all tests: real PostgreSQL, broker, worker, e-mail and browser (T=... chooses)
	@$(PY) -m pytest -n 2 --dist loadfile $(T)

thorough: ## all tests, the random ones fifteen times as deep
	@$(MAKE) --no-print-directory test THOROUGH=1

check: ## format, lint, types, imports, migrations, deployment settings, advisories
	@$(BOOTSTRAP) requirements-dev.lock
	@$(WITH_SERVICES) --scratch -- $(MAKE) --no-print-directory check-inside
	@$(PY) -m clinic.local.advisories requirements.lock

# needs the addresses that with_services sets: types and migrations read the settings
check-inside:
	$(PY) -m ruff format --check --quiet .
	$(PY) -m ruff check --quiet .
	$(PY) -m mypy
	$(PY) .venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	LOCAL=false ALLOWED_HOSTS=clinic.example BASE_URL=https://clinic.example \
		$(PY) manage.py check --deploy --fail-level WARNING

audit: ## like the last step of check, but a known advisory is an error
	@$(BOOTSTRAP) requirements-dev.lock -m clinic.local.advisories requirements.lock --strict

bench: ## measure; the figures go to var/bench/
	@$(BOOTSTRAP) requirements-bench.lock
	@$(WITH_SERVICES) --scratch --durable -- $(PY) bench/run.py

faults: ## letters while everything breaks; the figures go to var/faults/ (FAULTS_QUICK=1: a tenth)
	@$(BOOTSTRAP) requirements-dev.lock
	@$(PY) bench/faults/run.py

screenshots: browser ## every page as each role, into var/screenshots/
	@$(WITH_SERVICES) --scratch -- $(PY) bench/screenshots.py

letter-pictures: browser ## every letter in every language as a telephone shows it, into var/screenshots/letters/
	@$(WITH_SERVICES) --scratch -- $(PY) bench/letter_pictures.py

words-extract: ## collect new texts for patients into locale/*/django.po, to be translated there
	@$(BOOTSTRAP) requirements-dev.lock -m clinic.local.catalogues extract

words-compile: ## compile the translations; commit the .mo files with the .po files
	@$(BOOTSTRAP) requirements-dev.lock -m clinic.local.catalogues compile

shell: ## a Python prompt on the clinic's data, also while it runs
	@$(BOOTSTRAP) requirements-local.lock
	@$(WITH_SERVICES) -- $(PY) manage.py shell

browser:
	@$(BOOTSTRAP) requirements-dev.lock -m clinic.local.browser

format: ## put the code in its form
	@$(BOOTSTRAP) requirements-dev.lock
	@$(PY) -m ruff check --quiet --fix . || true
	@$(PY) -m ruff format .

lock: ## choose the packages' versions anew within pyproject.toml (UPGRADE=--upgrade for newer ones)
	@$(BOOTSTRAP) requirements-dev.lock
	$(COMPILE) $(UPGRADE) pyproject.toml -o requirements.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --group local -o requirements-local.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --group local --group dev -o requirements-dev.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --group local --group dev --group bench -o requirements-bench.lock
	echo uv | $(COMPILE) $(UPGRADE) - -o requirements-uv.lock

clean: ## remove what can be made again; the clinic's data in var/ stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/log
	find clinic patients treatments tests bench -name __pycache__ -prune -exec rm -rf {} +
