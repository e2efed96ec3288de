# 面签台 (Mianqian). `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What starts a dozen processes compiles the program once, not in each of them.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test fault run gateway lint bench screenshots witness clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(READY)  ## system libraries (apt where allowed) and .venv from the hash-locked requirements

$(READY): requirements/all.txt pyproject.toml installer/system-packages.sh
	bash installer/system-packages.sh
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/all.txt
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: $(READY)  ## one whole signing case, from the camera to the bank's receipt, under out/demo/
	$(BIN)/mianqian demo --out out/demo

test: $(READY)  ## every test, and the rules of who may import whom
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

fault: $(READY)  ## kill, cut, fill and bend everything a thousand times and count what broke (ARGS="--only K10 --seed 7 --runs 1")
	$(BIN)/python -m tests.fault $(ARGS)

run: $(READY)  ## the window for daily use (ARGS="--camera 1 --gateway URL")
	$(BIN)/mianqian run $(ARGS)

gateway: $(READY)  ## the bank's reference gateway on loopback, data under out/gateway/
	mkdir -p out/gateway
	$(BIN)/mianqian gateway serve --database sqlite:///out/gateway/gateway.db --files out/gateway/files --port 8742 $(ARGS)

lint: $(READY)  ## ruff and the import contracts
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

bench: $(READY)  ## print the figures: speed and memory
	$(BIN)/python -m benchmarks

screenshots: $(READY)  ## every page in both languages, themes and sizes, and a contact sheet, under out/screenshots/
	$(BIN)/python -m tests.ui.contact_sheets out/screenshots

witness: $(READY) out/witness/.ready  ## foreign programs judge: tus clients, age, schemathesis, bandit, pip-audit (needs node and npm)
	$(BIN)/python -m tests.foreign.witness $(ARGS)

out/witness/.ready: tests/foreign/requirements.txt tests/foreign/package-lock.json
	$(PYTHON) -m venv out/witness
	out/witness/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/foreign/requirements.txt
	cd tests/foreign && npm ci --no-audit --no-fund
	touch $@

clean:  ## remove what runs left behind (not the virtual environment)
	rm -rf out build dist .pytest_cache .ruff_cache
