# Rasure. On a fresh machine with Python 3.11+ and make: `make run`, `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes

.PHONY: run test test-scale setup check format bench lock clean

run: .venv/run.stamp
	test -e "$${RASURE_STORE:-data/store}/ledger.sqlite" || $(BIN)/python -m rasure demo
	$(BIN)/python -m rasure serve

test: .venv/dev.stamp check
	$(BIN)/python -m pytest

test-scale: .venv/scale.stamp
	$(BIN)/python -m pytest -n 0 tests/scale

setup: .venv/run.stamp

check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev.stamp
	$(BIN)/python -m bench

lock: .venv/dev.stamp
	for name in requirements requirements-dev requirements-scale; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-emit-find-links $$name.in --output-file $$name.txt || exit 1; \
	done

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(PIP) -r requirements.txt
	touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/run.stamp
	$(PIP) -r requirements-dev.txt
	touch $@

.venv/scale.stamp: requirements-scale.txt | .venv/dev.stamp
	$(PIP) -r requirements-scale.txt
	touch $@
