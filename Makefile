# Two ways to the same place: with uv where it is installed, with a plain virtual environment where it is not.
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
RUN := uv run
READY :=
else
RUN := .venv/bin/python -m
READY := .venv/.ready
endif
CONFIG ?= config.toml

.PHONY: run test lint types soak bench assets clean

run: $(READY)
ifdef UV
	uv run hub --config $(CONFIG) up
else
	.venv/bin/hub --config $(CONFIG) up
endif

test: $(READY)
	$(RUN) pytest

lint: $(READY)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
ifdef UV
	uv run lint-imports
else
	.venv/bin/lint-imports
endif

soak: $(READY)
	$(RUN) pytest -n 0 -s -m soak

assets:
	python3 hub/web/graphiql_assets.py
	python3 hub/web/map_assets.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

# pip 25.1 and later reads dependency groups; the virtual environment gets its own first.
.venv/.ready: pyproject.toml constraints.txt
	python3 -m venv .venv || { echo "python3-venv is missing: apt install python3-venv"; exit 1; }
	.venv/bin/pip install --quiet --upgrade "pip>=25.1"
	.venv/bin/pip install --quiet --constraint constraints.txt --editable . --group dev
	touch $@
