# Everything starts here; `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(firstword $(wildcard /usr/bin/python3.11) python3)
export PYTHONPATH := $(CURDIR)/plugins:$(CURDIR)/include
ifneq ($(wildcard $(CURDIR)/../shared/data/.),)
export NIGHTSCAN_SHARED_DATA ?= $(abspath $(CURDIR)/../shared/data)
endif
HOME_FOLDER := $(shell PYTHONPATH=$(CURDIR)/include $(PYTHON) -m cluster home)
VENV := $(HOME_FOLDER)/venv/airflow/bin
CLUSTER := $(PYTHON) -m cluster

.PHONY: help run up down status quarantine release install ship test test-fast check format bench phantom-table tables-page features-page programs-page fuzz fresh lock screenshots

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: install ## install, boot the cluster, run all seven stages on real DICOM (DATA=/folder LABELS=/file.csv: your own)
	@$(PYTHON) -m night run $(if $(DATA),--data '$(DATA)') $(if $(LABELS),--labels '$(LABELS)')

install: ## install everything the cluster and Airflow need; quick when it is there
	@$(CLUSTER) install

up: install ## boot the cluster and Airflow; a no-op when all is up
	@$(PYTHON) -m night site
	@$(CLUSTER) up

down: ## stop every process this checkout started
	@$(CLUSTER) down

status: ## show every process: state, port, memory, log
	@$(CLUSTER) status || [ $$? = 3 ]

quarantine: ## show what was refused, why, and what to do (DATE=YYYY-MM-DD or undated: its files)
	@$(PYTHON) -m night quarantine

# what a person types is passed by environment, unexpanded: neither make nor a shell interprets it
release quarantine: override export DATE := $(value DATE)
release: override export SERIES := $(value SERIES)
release: override export FILE := $(value FILE)
release: override export WHY := $(value WHY)
release: override export BY := $(value BY)
release: override export ACTION := $(value ACTION)
release: ## overrule a refusal and run the date again (DATE= SERIES= or FILE=, WHY="...", BY=, ACTION=withdraw)
	@$(PYTHON) -m night release

test: ## install what is missing and run every test, those on the real engines too
	@$(CLUSTER) install --dev
	@$(MAKE) --no-print-directory check
	@$(VENV)/python -m pytest -q -n 2 --dist loadfile
	@mvn -B -ntp -gs include/cluster/poms/settings.xml -f include/java/pom.xml test
	@scripts/cluster-tests

test-fast: ## run the tests that need no cluster (under a minute)
	@$(CLUSTER) install --airflow-only
	@$(VENV)/python -m pytest -q -n 2 --dist loadfile -m 'not cluster and not slow'

check: ## formatting, lint, types, import contracts; changes nothing
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/mypy plugins include dags benchmarks
	@PYTHONPATH=$(PYTHONPATH):$(CURDIR) $(VENV)/lint-imports

format: ## format the code
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .

ship: install ## build what the containers get (under dist/ of the home folder)

screenshots: up ## renew the pictures of docs/images from the running Airflow
	@$(VENV)/python scripts/screenshots

bench: up ## the night of one scan date through Airflow against the same commands typed by hand
	@$(VENV)/python -m benchmarks.night_overhead

phantom-table: install ## IBSI's digital phantom: every feature beside the consensus and its tolerance
	@scripts/phantom-table

tables-page: ## print docs/tables.md from the description of the tables
	@PYTHONPATH=include $(VENV)/python -m lake > docs/tables.md

features-page: ## compile the function, print include/hive/features.tsv and from it the tables of docs/features.md
	@mvn -q -B -ntp -gs include/cluster/poms/settings.xml -f include/java/pom.xml compile
	@java -cp include/java/target/classes com.hospital.ml.FeatureTable > include/java/target/features.tsv
	@mv include/java/target/features.tsv include/hive/features.tsv
	@PYTHONPATH=include $(VENV)/python -m radiomics_check.page

programs-page: ## write docs/programs.md from the models of requests and results
	@PYTHONPATH=include $(VENV)/python -m messages.page

fuzz: ## 10,000 damaged files through the converter, and the counts
	@PYTHONPATH=$(PYTHONPATH):. $(VENV)/python -m tests.imaging.mutations 10000 20261121

fresh: ## prove on a bare Debian 12 root that nothing is missing
	@scripts/fresh

lock: ## resolve requirements/*.in anew into the lock files
	@scripts/lock
