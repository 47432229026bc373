# `make help` lists the targets. Every target prepares .venv by itself.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= $(shell for v in 3.11 3.12 3.13; do command -v python$$v >/dev/null && python$$v -c '' 2>/dev/null && echo python$$v && break; done)
VENV := .venv
BIN := $(VENV)/bin
READER2 := .venv-duckdb2
# uv reads its own variable, not pip's; a mirror set for pip holds for both.
export UV_INDEX_URL ?= $(PIP_INDEX_URL)
ifeq ($(UV_INDEX_URL),)
unexport UV_INDEX_URL
endif
install = VIRTUAL_ENV=$(1) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes $(foreach f,$(2),-r requirements/$(f).txt) \
	|| $(1)/bin/pip install --quiet --no-deps --require-hashes $(foreach f,$(2),-r requirements/$(f).txt)

# A stamp file per environment: nothing is installed again until a requirements file changes.
$(VENV)/.runtime: requirements/bootstrap.txt requirements/runtime.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "paperhouse needs Python 3.11, 3.12 or 3.13; install one or call make PYTHON=/path/to/python"; exit 1; }
	@echo "Setting up .venv with $(PYTHON) (about 180 packages, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bootstrap.txt
	@$(call install,$(VENV),runtime)
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Adding the test tools"
	@$(call install,$(VENV),runtime dev)
	@touch $@

$(READER2)/.ready: $(VENV)/.runtime requirements/duckdb2.txt
	@$(PYTHON) -m venv $(READER2)
	@$(call install,$(READER2),duckdb2)
	@touch $@

.PHONY: venv demo test check fix up run backfill hash lock clean help
venv: $(VENV)/.runtime ## set up .venv
