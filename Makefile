# One command per job. `make help` lists them. Only python3 (3.11+), git and make are needed.

PYTHON ?= python3
BENCH ?= ../shared/bench
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Exact versions, each with the hashes of its wheels; no dependency is looked up, no set-up code run.
INSTALL := $(PIP) install --quiet --require-hashes --no-deps --only-binary :all:

.DEFAULT_GOAL := help
.PHONY: help demo test check fix serve eval bench models screenshots lock audit fuzz

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(VENV)/.python: requirements/build.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed, found " + sys.version.split()[0] + ". Set PYTHON=…") if not (3, 11) <= sys.version_info < (3, 14) else None'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -r requirements/build.lock
	@touch $@

# torch without CUDA where pip's settings name a place that has it (PIP_FIND_LINKS, or
# PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu); else PyPI's, with NVIDIA's libraries.
$(VENV)/.run: $(VENV)/.python pyproject.toml $(addprefix requirements/,run.lock torch-cpu.lock torch-cuda.lock)
	$(INSTALL) -r requirements/run.lock
	@$(INSTALL) -r requirements/torch-cpu.lock 2>$(VENV)/.torch || { \
		! grep -A9 HASHES $(VENV)/.torch || exit 1; \
		echo "No index here has torch without CUDA; installing the one with it (3 GB)."; \
		$(INSTALL) -r requirements/torch-cuda.lock; }
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	$(INSTALL) -r requirements/dev.lock
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.lock
	$(INSTALL) -r requirements/bench.lock
	@touch $@

$(VENV)/.audit: $(VENV)/.python requirements/audit.lock
	$(INSTALL) -r requirements/audit.lock
	@touch $@

$(VENV)/.fuzz: $(VENV)/.dev requirements/fuzz.lock
	$(INSTALL) -r requirements/fuzz.lock
	@touch $@

$(VENV)/.ray: $(VENV)/.dev requirements/ray.lock
	$(INSTALL) -r requirements/ray.lock
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

lock: $(VENV)/.python  ## write requirements/*.lock anew from pyproject.toml (LOCK=--upgrade: newest)
	$(BIN)/python requirements/lock.py $(LOCK)

# --strict: a package that the list cannot be asked about fails too. torch-cpu.lock names the
# version of torch-cuda.lock in PyTorch's own spelling, which no list has.
audit: $(VENV)/.audit  ## ask the list of known vulnerabilities about every locked package
	@for lock in $(filter-out %/torch-cpu.lock,$(wildcard requirements/*.lock)); do \
		$(BIN)/python -m pip_audit --strict --require-hashes --disable-pip -r $$lock || exit 1; \
	done

FUZZ ?= 5000
fuzz: $(VENV)/.fuzz  ## hostile inputs into each reader, parser and endpoint (FUZZ=5000 for each)
	$(BIN)/python benchmarks/fuzz.py --inputs $(FUZZ)
	$(BIN)/python benchmarks/fuzz_atheris.py page -runs=$(FUZZ) -seed=1
	$(BIN)/python benchmarks/fuzz_atheris.py figures -runs=$(FUZZ) -seed=1
	$(BIN)/python -m pytest --hypothesis-profile=default -m "not models and not llm and not browser" \
		$$(grep -l hypothesis tests/test_*.py)

serve: $(VENV)/.run  ## serve ./archive (or SUYUAN_ARCHIVE) on http://127.0.0.1:7860
	@$(BIN)/suyuan serve

EVAL_LIMIT ?= 0
eval: $(VENV)/.run models  ## score the sample QA set, write its page, hold it to its gate
	@$(BIN)/suyuan ingest samples/pages samples/export.jsonl --archive .demo/archive
	@$(BIN)/suyuan eval qa --questions samples/qa.jsonl --archive .demo/archive --out runs/samples \
		--limit $(EVAL_LIMIT) --seed 1 --report runs/samples.html --gate eval/gates/samples.json

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
