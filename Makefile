# Quinary: everything a person needs, from a fresh clone with Python >= 3.11, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PYTHONDONTWRITEBYTECODE := 1

# Data for tests, where they lie beside the project
ifneq ($(wildcard ../shared/data),)
export QUINARY_TEST_DATA ?= $(abspath ../shared/data)
export QUINARY_MIRROR ?= $(abspath ../shared/data/mirror)
endif

.PHONY: install models run test quick coverage physics bench check docs clean

install: $(STAMP)

# torch first and exactly: an open range would bring gigabytes that a CPU cannot use
$(STAMP): pyproject.toml benchmarks/pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Quinary needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,check]' --editable ./benchmarks
	touch $@

run: install
	$(BIN)/quinary demo --out demo

test: install
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# What trains, relaxes or starts many processes is left out (tests/long_files.txt and the mark `slow`)
quick: install
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

# Which lines and branches no test reaches, by room; below 90 % it fails
coverage: install
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --cov=quinary --cov-branch --cov-report=term:skip-covered --cov-fail-under=90

physics: install
	$(BIN)/python -m pytest -m physics

bench: install
	$(BIN)/quinary bench store

# The models that come with the package, learned again from the embedded tables (some minutes)
models: install
	$(BIN)/python -m quinary.studies.packaged_models src/quinary/learning/keeping/packaged_models

check: install
	$(BIN)/ruff check src benchmarks tests
	$(BIN)/ruff format --check src benchmarks tests
	$(BIN)/mypy

docs: install
	$(BIN)/python -m pytest -q tests/test_docs.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
