# Two commands on a fresh machine: `make run` and `make test`. Everything else is for those who work on it.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: help run test coverage crash check format bench score train clean
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

run: $(VENV)/.installed  ## the bot; with no account set: the terminal and the sample story
	@$(BIN)/deadlineday run

test: $(VENV)/.installed-dev  ## every test; needs no network and no token
	@$(BIN)/python -m pytest

coverage: $(VENV)/.installed-dev  ## every test in twice the time, and what none of them runs
	@$(BIN)/python -m pytest --cov --cov-report=term

crash: $(VENV)/.installed-dev  ## kill the program some 1,200 times on both engines, and look what is lost
	@CRASHES=500 $(BIN)/python -m pytest tests/bot/test_crashes.py

check: $(VENV)/.installed-dev  ## style, types, import contracts, facts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python scripts/check_facts.py

format: $(VENV)/.installed-dev  ## put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.installed-dev  ## measurements side by side in one run
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

score: $(VENV)/.installed-dev  ## how well the reader reads, with its errors by kind
	@$(BIN)/python scripts/score.py --errors

train: $(VENV)/.installed-dev  ## the weights of the scorer anew, from the project's own articles
	@$(BIN)/python -m scripts.train_scorer

clean:  ## forget the set-up
	rm -rf $(VENV) .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Deadline Day needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Deadline Day into $(VENV) (once, about half a minute) ..."
	@$(BIN)/pip install --disable-pip-version-check --quiet --progress-bar on -c constraints.txt -e '.[discord,slack]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Deadline Day and what its tests need into $(VENV) (once, about a minute) ..."
	@$(BIN)/pip install --disable-pip-version-check --quiet --progress-bar on -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.installed
