# Only Python 3.10+ (with pip and venv) and make are assumed; everything else is set up here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SANDBOX_PORT ?= 8700
# Workers of the tests: one more than there are cores, for a fifth of their time is waiting for processes.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')
PACKAGES := singer-command singer-delivery tap-listrak tap-textlocal target-attentive target-listrak-sms target-textlocal vendor-sandbox

# Demo and tests start hundreds of Pythons; where this is set, as in many containers, each would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: test-all help setup demo sandbox test bench chaos docs dist browser screenshots check format lock clean coverage

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## the project's own virtual environment, from requirements.lock, and Meltano's loaders
	@$(BIN)/python scripts/meltano_project.py

# uv is itself in the lock, so pip checks its hash; uv then does the rest in seconds.
$(READY): requirements.lock pyproject.toml $(PACKAGES:%=%/pyproject.toml) scripts/check_python.py
	@$(PYTHON) scripts/check_python.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation \
		$(PACKAGES:%=--editable ./%)
	@touch $@

demo: $(READY) ## newsletters into PostgreSQL, audiences out of it to Listrak, Attentive and Textlocal, nobody texted twice: on this machine
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/demo.py

sandbox: $(READY) ## the vendors on port 8700 (SANDBOX_PORT=8701: another) until Ctrl-C, with a console for your browser, as the last demo left them
	@test -d .demo/sandbox || echo "There is nothing of 'make demo' here: the vendors are as new."
	@$(BIN)/vendor-sandbox serve --port $(SANDBOX_PORT) --scale small --data .demo/sandbox

test: check ## every check: format, lint, types, dependencies, tests
	@$(BIN)/python scripts/audit.py vulnerabilities
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n $(WORKERS)

test-all: check ## the same with every slow test, of which `make test` takes a share, another for each commit
	@$(BIN)/python scripts/audit.py vulnerabilities
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n $(WORKERS) --slow=all

coverage: $(READY) ## every branch of singer-delivery and of the mappings is reached by their own tests, or it fails
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n auto --slow=none --cov --cov-report=term \
		singer-delivery/tests tap-listrak/tests/test_rows.py tap-listrak/tests/test_usual.py */tests/test_*mapping.py

check: $(READY) ## the checks without the tests
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/python scripts/tests_types.py
	@$(BIN)/python scripts/readme_settings.py --check
	@$(BIN)/python scripts/docs_generated.py --check
	@$(BIN)/python scripts/audit.py declared licences

bench: $(READY) ## side by side with peers: the public tap-listrak, a plain SDK target; into benchmarks/RESULTS.md
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python benchmarks/run.py

chaos: $(READY) ## 10,000 runs killed or disturbed at places of their own, and run again: into docs/chaos.md (TRIALS=500: fewer)
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=tests $(BIN)/python -m chaos

browser: $(READY) ## a Chromium for the tests and pictures that need one, unless there is one
	@$(BIN)/python scripts/chromium.py

screenshots: $(READY) ## the pictures in docs/images, of what the last demo left (it runs first if there was none)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/screenshots.py

docs: $(READY) ## the documentation site, into site/: strict, with every link checked, without a network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

dist: $(READY) ## wheels and source distributions into dist/: checked, installed, started, each with its SBOM
	@$(BIN)/python scripts/dist.py

format: $(READY) ## put the code into shape, and the settings in READMEs and Meltano's definitions
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/python scripts/readme_settings.py
	@$(BIN)/python scripts/docs_generated.py

# UPGRADE= keeps all versions that still fit: for a dependency that is new.
UPGRADE ?= --upgrade
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --custom-compile-command 'make lock' --python-version 3.10
lock: $(READY) ## solve the versions anew into requirements.lock, and those of the tools of `make dist`
	@$(LOCK) $(UPGRADE) --group dev --no-emit-package singer-command --no-emit-package singer-delivery \
		$(PACKAGES:%=%/pyproject.toml) --output-file requirements.lock
	@$(LOCK) $(UPGRADE) --group release --constraint requirements.lock --output-file requirements-release.lock

clean: ## remove what set-up and runs made
	@rm -rf $(VENV) .coverage* .meltano .demo .bench .mypy_cache .pytest_cache .ruff_cache .hypothesis dist site
