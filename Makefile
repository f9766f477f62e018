# CRS Monitor. `make run` and `make test` need Python 3.11 or newer and make; nothing else.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

RUN_READY := $(STAMPS)/run
TEST_READY := $(STAMPS)/test

export PORT CRS_DATA_DIR

.DEFAULT_GOAL := help
.PHONY: help install install-test run test test-sqlite test-postgres check supply sbom format bench mutants simulate zoo faults drill flaky storm screenshots lock clean

help:
	@echo "make run          the demo ward on http://127.0.0.1:8000 (PORT= and CRS_DATA_DIR= override)"
	@echo "make test         all on SQLite, then what a database can change on PostgreSQL (ARGS= for pytest, WORKERS=)"
	@echo "make check        format, lint, types, imports, settings, migrations, schema, compose file"
	@echo "make supply       licences, bill of materials, secrets, advisories; a part of make check"
	@echo "make sbom         write docs/sbom.json and docs/licences.md again, after make lock"
	@echo "make format       write the formatting that make check asks for"
	@echo "make bench        the benchmark; its last line says which targets hold"
	@echo "make mutants      mutants of the grading rules; fails when fewer than 95 % are killed (long)"
	@echo "make faults       real servers killed at random moments (ROUNDS=, SEED=): nothing may be lost"
	@echo "make drill        a ward that goes on charting is backed up and restored, on both databases; seconds"
	@echo "make flaky        tablets on a network that fails at seeded moments (SEEDS=, SEED=): no set may be lost"
	@echo "make storm        1,000 alerting events through the door: how soon a P1 reaches the mail server"
	@echo "make simulate     wards on a virtual clock under faults (SEEDS=, JOBS=; SEED= replays one)"
	@echo "make zoo          broken copies of the design; each must be caught within 100 seeds"
	@echo "make screenshots  every screen from the demo data into docs/screenshots/"
	@echo "make lock         resolve requirements/*.in again (needs uv)"
	@echo "make clean        remove what the targets made, the demo data included"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "CRS Monitor needs Python 3.11 or newer. Name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements/run.txt | $(BIN)/python
	$(PIP) -r requirements/run.txt
	@mkdir -p $(STAMPS) && touch $@

$(TEST_READY): requirements/test.txt | $(BIN)/python
	$(PIP) -r requirements/test.txt
	@mkdir -p $(STAMPS) && touch $@

install: $(RUN_READY)

install-test: $(TEST_READY)

run: $(RUN_READY)
	@exec $(BIN)/python manage.py run

# Two lanes, one after the other, each over every core: a lane that fails is the last thing
# printed. What asks for no database runs in the first alone; the second says how many those were.
# WORKERS=0 keeps all in one process, as a debugger needs it. Tests that share a fixture of their
# file stay together until a worker that has nothing left takes some over.
WORKERS ?= auto
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test: test-sqlite
	@$(MAKE) --no-print-directory test-postgres

test-sqlite: $(TEST_READY)
	CRS_TEST_DATABASE=sqlite $(PYTEST) $(ARGS)

test-postgres: $(TEST_READY)
	CRS_TEST_DATABASE=postgres $(PYTEST) --only-database $(ARGS)

AS_DEPLOYED := CRS_DEMO=0 CRS_BASE_URL=https://crs.hospital.example \
	CRS_EMAIL_URL=smtp://mail.hospital.example

check: export CRS_DATA_DIR := $(abspath $(VENV))/check
check: export CRS_DEMO := 1
check: $(TEST_READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py check --fail-level WARNING
	$(AS_DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(BIN)/python -m docs.generate_clinical_rules --check
	$(BIN)/python -m docs.generate_alert_rules --check
	$(BIN)/python -m docs.generate_reference --check
	$(BIN)/python -m docs.generate_access_matrix --check
	$(BIN)/python -m charting.browser.generate --check
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(MAKE) --no-print-directory supply
	@echo "All checks passed."

# What it is made of: licences, bill of materials, secrets, and advisories where they can be asked.
supply: $(TEST_READY)
	$(BIN)/python -m supply.licences --check
	$(BIN)/python -m supply.sbom --check
	$(BIN)/python -m supply.secrets
	$(BIN)/python -m supply.advisories

sbom: $(TEST_READY)
	$(BIN)/python -m supply.licences
	$(BIN)/python -m supply.sbom

format: $(TEST_READY)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(TEST_READY)
	@$(BIN)/python -m bench

# In a copy and an environment of their own: the rules and their tests need no Django.
# ARGS="grading.rules.news2.*" picks a module.
MUTANTS := $(abspath $(VENV))/mutants

$(MUTANTS)/ready: requirements/mutants.txt
	$(PYTHON) -m venv $(MUTANTS)
	$(MUTANTS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

mutants: $(MUTANTS)/ready
	@rm -rf var/mutants && mkdir -p var/mutants
	@cp -Rp grading vitals patients docs tests tests/mutants/setup.cfg var/mutants/
	cd var/mutants && PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE= $(MUTANTS)/bin/mutmut run $(ARGS)
	@$(MUTANTS)/bin/python -m tests.mutants.score

ROUNDS ?= 500

faults: $(TEST_READY)
	@$(BIN)/python -m tests.faults.kill --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

# Takes a backup while a nurse charts, restores it on an empty server, proves that all is there.
DRILL := $(BIN)/python -m pytest --quiet tests/faults/test_restore_drill.py

drill: $(TEST_READY)
	@CRS_TEST_DATABASE=sqlite $(DRILL)
	@CRS_TEST_DATABASE=postgres $(DRILL)

storm: $(TEST_READY)
	@$(BIN)/python -m tests.faults.storm $(ARGS)

# Needs Chromium; a seed that fails prints how to replay it.
flaky: SEEDS ?= 200
flaky: $(TEST_READY)
	@$(BIN)/python -m tests.faults.flaky $(if $(SEED),--seed $(SEED),--seeds $(SEEDS))

simulate: SEEDS ?= 300
JOBS ?= 1

# The last line counts; a seed that fails prints how to replay it.
simulate: $(TEST_READY)
	@$(BIN)/python -m simulation $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --jobs $(JOBS))

zoo: $(TEST_READY)
	@$(BIN)/python -m simulation --zoo $(ARGS)

screenshots: $(TEST_READY)
	@$(BIN)/python -m docs.take_screenshots

# Every platform, Python 3.11 and up, no registry address inside.
# Extras stay in the names: an older pip looks `name[extra]` up by itself, finds a newer release
# than the lock's as soon as there is one, and has no hash for it.
LOCK := uv pip compile --no-config --universal --generate-hashes --no-strip-extras \
	--python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --quiet

lock:
	cd requirements && $(LOCK) run.in --output-file run.txt
	cd requirements && $(LOCK) --constraint run.txt test.in --output-file test.txt
	cd requirements && $(LOCK) --constraint test.txt mutants.in --output-file mutants.txt

clean:
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
