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

# What several hosts need. Tests of it that find it missing say so and skip.
$(VENV)/.cluster: $(VENV)/.dev requirements/cluster.txt
	@echo "Adding Celery, Postgres, DuckLake and S3"
	@$(call install,$(VENV),runtime dev cluster)
	@touch $@

$(READER2)/.ready: $(VENV)/.runtime requirements/duckdb2.txt
	@$(PYTHON) -m venv $(READER2)
	@$(call install,$(READER2),duckdb2)
	@touch $@

# Compose as a plugin of docker, or the older program of its own.
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)

.PHONY: venv venv-cluster demo test test-faults test-mutations test-distributed test-compose gate fuzz replay pictures bench \
	bench-web bench-workers check fix up run read backfill hash compose-init compose-up compose-down lock clean help

venv: $(VENV)/.runtime ## set up .venv

venv-cluster: $(VENV)/.cluster ## the same with what several hosts need: Celery, Postgres, DuckLake, S3

demo: venv ## load 2025-12-25 from the bundled sample source into data/demo
	@$(BIN)/paperhouse demo

up: venv ## start Airflow with its UI; Ctrl-C ends it
	@$(BIN)/paperhouse up

run: venv ## load one day: make run DATE=2025-12-25
	@test -n "$(DATE)" || { echo "which day? make run DATE=2025-12-25"; exit 2; }
	@$(BIN)/paperhouse run $(DATE)

read: venv ## read the papers of one day now: make read DATE=2025-12-25
	@test -n "$(DATE)" || { echo "which day? make read DATE=2025-12-25"; exit 2; }
	@$(BIN)/paperhouse read $(DATE)

backfill: venv ## plan a range, both ends included, and load it: make backfill FROM=2025-12-01 TO=2025-12-25
	@test -n "$(FROM)" -a -n "$(TO)" || { echo "which range? make backfill FROM=2025-12-01 TO=2025-12-25"; exit 2; }
	@$(BIN)/paperhouse backfill $(FROM) $(TO)

hash: venv ## print the hash of the published content
	@$(BIN)/paperhouse hash

test: $(VENV)/.dev $(READER2)/.ready ## run the tests
	@$(BIN)/pytest $(TESTS)

test-faults: $(VENV)/.dev $(READER2)/.ready ## run what takes minutes: 300 kills, full disks, a backfill under fire, a scraped archive
	@$(BIN)/pytest -m long

test-distributed: $(VENV)/.cluster ## backfill over two Celery workers, kill one, compare; kill builds of a lake; two writers
	@$(BIN)/pytest -n 0 -m distributed

test-compose: $(VENV)/.dev ## the same in containers; needs a Docker engine that root may start
	@$(BIN)/pytest -n 0 -m compose tests/distributed

test-mutations: $(VENV)/.dev ## take away one protection at a time; its tests must fail
	@$(BIN)/python -m tests.faults.mutations

gate: $(VENV)/.dev ## judge every recorded day and say which warn, and why: make gate RECORDED=../shared/recorded
	@test -n "$(RECORDED)" || { echo "which recorded days? make gate RECORDED=../shared/recorded"; exit 2; }
	@$(BIN)/python -m tests.replay_gate $(RECORDED)

check: $(VENV)/.dev ## look for mistakes without changing anything
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python tests/check_repository.py

fix: $(VENV)/.dev ## let ruff repair what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

fuzz: $(VENV)/.dev ## read broken papers for MINUTES=10 and look for a crash, a hang or a number without evidence
	@$(BIN)/python -m tests.fuzz_readers $(or $(MINUTES),10)

replay: $(VENV)/.dev ## backfill recorded days, kill it on the way, compare: make replay RECORDED=../shared/recorded DAYS=60
	@test -n "$(RECORDED)" || { echo "which recorded days? make replay RECORDED=../shared/recorded"; exit 2; }
	@$(BIN)/python -m tests.replay_history $(RECORDED) $(if $(DAYS),--days $(DAYS)) $(if $(SEED),--seed $(SEED))

pictures: $(VENV)/.dev ## take the pictures of the README anew, of the demo's data
	@$(BIN)/python -m tests.take_pictures

bench: $(VENV)/.dev ## measure speed and memory, ten to twenty minutes; a smaller run: make bench QUICK=1
	@$(BIN)/python -m bench.run $(if $(QUICK),--quick)

compose-init: ## write the secrets of docker-compose.yaml into .env; what is there stays
	@$(or $(PYTHON),python3) plugins/paperhouse/operate/compose_env.py .env

compose-up: compose-init ## start the containers, two workers among them
	@$(COMPOSE) up --build --detach
	@echo "The UI is at http://127.0.0.1:8080, user admin; its password:"
	@$(COMPOSE) exec -T api-server cat /data/airflow/simple_auth_manager_passwords.json.generated && echo

compose-down: ## end the containers; the volumes with the data stay
	@$(COMPOSE) down

bench-web: $(VENV)/.dev ## twenty readers of the pages while days are published; a smaller run: make bench-web QUICK=1
	@$(BIN)/python -m bench.web $(if $(QUICK),--quick)

bench-workers: $(VENV)/.cluster ## days a minute with 1, 2 and 4 Celery workers; a smaller run: make bench-workers QUICK=1
	@$(BIN)/python -m bench.workers $(if $(QUICK),--quick)

lock: $(VENV)/.runtime ## resolve requirements/*.in again
	@cd requirements && for name in bootstrap runtime cluster dev duckdb2; do \
		../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-header $$name.in --output-file $$name.txt; done

clean: ## remove the environments and the demo's data; your own data stay
	rm -rf $(VENV) $(READER2) data/demo

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18
