# One command per job. `make help` lists them. Only python3 (3.11+), git and make are needed.

PYTHON ?= python3
BENCH ?= ../shared/bench
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# torch and the rest in one pip run: a later one could pull a CUDA build of several GB.
INSTALL := $(PIP) install --quiet --constraint constraints.txt torch==2.13.0

.DEFAULT_GOAL := help
.PHONY: help demo test check fix serve eval bench models screenshots

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, found " + sys.version.split()[0] + ". Set PYTHON=…") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade pip
	@touch $@

$(VENV)/.run: $(VENV)/.python pyproject.toml constraints.txt
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(INSTALL) --editable '.[dev]'
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(INSTALL) --editable '.[dev,bench]'
	@touch $@

demo: $(VENV)/.run  ## set up, ingest samples/, ask, serve (DEMO_UI=0: no page)
	@$(BIN)/suyuan demo

models: $(VENV)/.run
	@$(BIN)/suyuan models fetch

test: $(VENV)/.dev models  ## set up and run every test, real models and browser included
	$(BIN)/python -m pytest

check: $(VENV)/.dev models  ## format, lint, types, doc checks, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m cogapp --check README.md docs/*.md
	$(BIN)/python -m pytest

fix: $(VENV)/.dev  ## format, mend what lint can, refresh generated docs
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m cogapp -r README.md docs/*.md

serve: $(VENV)/.run  ## serve ./archive (or SUYUAN_ARCHIVE) on http://127.0.0.1:7860
	@$(BIN)/suyuan serve

eval: $(VENV)/.run models  ## score the sample QA set on the sample archive
	@$(BIN)/suyuan ingest samples/pages samples/export.jsonl --archive .demo/archive
	@$(BIN)/suyuan eval qa --questions samples/qa.jsonl --archive .demo/archive --out runs/samples

screenshots: $(VENV)/.dev models  ## a picture of each state of the desk into docs/screenshots/
	@$(BIN)/python docs/screenshots.py

bench: $(VENV)/.bench models  ## how fast and how right, beside peers in the same run
	@$(BIN)/python benchmarks/embedding.py
	@for set in $(BENCH)/retrieval/*/; do \
		test -f "$$set/queries.jsonl" || { echo "no query sets in $(BENCH)/retrieval"; break; }; \
		$(BIN)/python benchmarks/retrieval.py --limit-articles 600 \
			--corpus "$$set/corpus.jsonl.gz" --queries "$$set/queries.jsonl" || exit 1; \
	done
	@$(BIN)/python benchmarks/answering.py --limit 20
