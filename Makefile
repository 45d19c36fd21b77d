# Vigie: everything that one does with it. `make` alone explains.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

export VIGIE_HOME ?= $(CURDIR)/var
export DAGSTER_HOME := $(VIGIE_HOME)/dagster
# No dbt, uv or Dagster may wait for an answer or phone home.
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv

export UV_PYTHON_DOWNLOADS := never
# Images often keep Python from writing its bytecode; here dozens of processes would each compile the same libraries.
unexport PYTHONDONTWRITEBYTECODE

UV_VERSION := 0.13.9
UV := .uv/bin/uv
VENV := .venv/bin
STAMP := .venv/.installed
PORT ?= 3000
BASE ?= main
TESTS ?= tests/python
# The feeds of the simulated epidemic, each with the rows that it delivers, about.
DEMO := \
    sidep:300000 \
    sivic:30000 \
    oscour:40000 \
    sos_medecins:15000 \
    vacsi:30000 \
    contact_covid:12000 \
    insee_deces:3000 \
    monic:2000 \
    cepidc:1000 \
    vaccine_logistics:2000 \
    survesms:3000 \
    coviprev:4000 \
    sentinelles:2000 \
    emergen:8000 \
    rea_sentinelle:2000 \
    sumeau:200 \
    seroprev:3000 \
    analyse_risque:900 \
    monde:1200 \
    reserve_sanitaire:1000 \
    soignants_infectes:1500 \
    contours:100000

.PHONY: help install run test diff parse ui docs site serve bench lint clean

help: ## What one can do here
	@echo "Vigie: from raw files to a checked release."
	@echo
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1 \2/p' $(MAKEFILE_LIST) | awk '{ printf "  %s %-8s", $$1, $$2; for (i = 3; i <= NF; i++) printf " %s", $$i; print "" }'
	@echo
	@echo "The command line is .venv/bin/vigie (--help). Everything written is under $(VIGIE_HOME);"
	@echo "VIGIE_HOME=FOLDER make ... uses another folder."

install: $(STAMP) ## The environment in .venv/, from uv.lock; needs Python 3.11-3.13 (the other targets call it)

$(UV): Makefile
	@for python in python3.13 python3.12 python3.11 python3; do \
	    if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	[ -n "$${found:-}" ] || { echo "No Python 3.11, 3.12 or 3.13 on the PATH: install one of them." >&2; exit 1; }; \
	rm -rf .uv && $$found -m venv .uv || { echo "$$found cannot make a venv: on Debian, apt install python3-venv." >&2; exit 1; }
	@.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# The second attempt is for networks that inspect TLS: their authority is only in the system's store.
$(STAMP): uv.lock pyproject.toml $(UV)
	@echo "Installing the environment into .venv/ ..."
	@python=.uv/bin/python; \
	$(UV) sync --quiet --locked --python $$python || UV_SYSTEM_CERTS=1 $(UV) sync --quiet --locked --python $$python
	@touch $@

run: install ## Simulate an epidemic if nothing was delivered yet, then land, build, check and release
	@if ! find "$(VIGIE_HOME)/landing" -type f -print -quit 2>/dev/null | grep -q .; then \
	    echo "Nothing in $(VIGIE_HOME)/landing: simulating 60 days of an epidemic; rows by feed, about:"; \
	    echo "$(DEMO)"; \
	    read -r from until <<< "$$($(VENV)/python -c \
	        'import datetime as d; from orchestration.clock import today; day = today(); print(day - d.timedelta(59), day)')"; \
	    for of in $(DEMO); do \
	        $(VENV)/vigie simulate --feed "$${of%:*}" --truth builtin --seed 1 --size "$${of#*:}" --from "$$from" --until "$$until"; \
	    done; \
	fi
	@$(VENV)/vigie run
	@echo
	@echo "What to look at:"
	@echo "  the release: figures, methods, lineage   $(VIGIE_HOME)/releases/latest/index.html"
	@echo "  the open data and its description        $(VIGIE_HOME)/releases/latest/open_data/, datapackage.json"
	@echo "  what was landed, checked and released    .venv/bin/vigie status"
	@echo "  the graph, its runs and its checks       make ui"

test: lint ## Lint, dbt unit and data tests, pytest
	$(VENV)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

diff: install ## What the change does to every figure, before it is merged; BASE=main is what it is compared with
	@$(VENV)/vigie diff --base "$(BASE)"

parse: install
	@mkdir -p "$(VIGIE_HOME)/warehouse"
	DBT_TARGET_PATH="$(VIGIE_HOME)/dbt/parse" DBT_LOG_PATH="$(VIGIE_HOME)/dbt/logs" \
	    $(VENV)/dbt --quiet --warn-error parse --no-partial-parse

ui: install ## The Dagster UI on http://127.0.0.1:3000 (PORT=N for another port); stop it with Ctrl-C
	@$(VENV)/vigie ui --port $(PORT)

docs: install ## The lineage and dictionary of the warehouse, one page that opens without a server
	@$(VENV)/python -m orchestration.warehouse.docs

site: install ## Make the site of the last release again from its files alone, and compare; SITE="--to FOLDER" keeps it
	@$(VENV)/vigie site $(SITE)

serve: install ## Show the releases on http://127.0.0.1:8080/; stop it with Ctrl-C
	@$(VENV)/vigie serve

bench: install ## Measure rebuild and daily run on a seeded history; BENCH="--help" for its options
	@$(VENV)/python -m tests.bench $(BENCH)

lint: parse ## ruff, dbt parse with warnings as errors, and sqlfluff, which reads what was parsed
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	DBT_TARGET_PATH="$(VIGIE_HOME)/dbt/parse" DBT_LOG_PATH="$(VIGIE_HOME)/dbt/logs" \
	    $(VENV)/sqlfluff lint --disable-progress-bar --processes 2 $$($(VENV)/python -m tests.written_sql)

clean: ## Remove what a run makes again: warehouse, dbt artifacts, caches; deliveries, lake and releases stay
	rm -rf "$(VIGIE_HOME)/warehouse" "$(VIGIE_HOME)/dbt" "$(VIGIE_HOME)/as_of" "$(VIGIE_HOME)/difference" .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -not -path './.uv/*' -prune -exec rm -rf {} +
