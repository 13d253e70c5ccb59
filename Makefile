# Two commands on a fresh machine with Python 3.11 or newer: `make demo` and `make test`. No root needed.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The invoices of examples/, without what explains them: the folder itself would be read too, and each other file named.
EXAMPLES := $(filter-out %.md,$(wildcard examples/*.*))
# The exit code of extract that says: read well, and some invoices want a person to look.
REVIEW := 1
# Percent of the lines of the package that the tests must run; a job of CI asks for it.
FLOOR := 75

.PHONY: help demo serve test coverage lint docs schemas clean

help:
	@echo "make demo    read examples/ to a table on the screen and to out/demo.xlsx"
	@echo "make serve   start the service with its web pages on http://127.0.0.1:8080/, data in out/service"
	@echo "make test    run the tests"
	@echo "make docs    build the documentation site into site/, any warning fails"
	@echo "make coverage  run the tests and print which lines they leave out"
	@echo "make lint    ruff and mypy"
	@echo "make schemas write schemas/json/ anew"
	@echo "make clean   remove what these made, $(VENV) included"

demo: $(VENV)/.specimens
	@mkdir -p out
	$(BIN)/invoiceocr extract $(EXAMPLES) --format table || [ $$? -eq $(REVIEW) ]
	$(BIN)/invoiceocr extract $(EXAMPLES) -o out/demo.xlsx || [ $$? -eq $(REVIEW) ]
	@echo "open out/demo.xlsx"

serve: $(VENV)/.server
	$(BIN)/invoiceocr serve --data out/service

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(TESTS)

coverage: $(VENV)/.dev
	@mkdir -p out
	$(BIN)/python -m slipcover --source invoiceocr --json --out out/coverage.json -m pytest -m "not wheel" $(TESTS)
	@# a step of its own: asked for a floor at once, slipcover reads what forked processes ran a second time and fails
	$(BIN)/python -m slipcover --merge out/coverage.json --out out/coverage.json --skip-covered --fail-under $(FLOOR)

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

schemas: $(VENV)/.dev
	$(BIN)/python -m invoiceocr.kinds.model_source
	$(BIN)/python -c 'from pathlib import Path; from invoiceocr.export.json_schema import write_files; write_files(Path("schemas/json"))'

clean:
	rm -rf $(VENV) out build dist site .mypy_cache .pytest_cache .ruff_cache .hypothesis

# A stamp a set of extras: made anew when the dependencies change.
$(VENV)/.%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
