# The two front doors: `make demo` and `make test`. Each creates what it needs.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# Versions of further interpreters here; each brings the Django version that constraints.txt gives it.
OTHERS := $(shell $(PYTHON) tools/interpreters.py $(PYTHON))

.PHONY: demo test tests check format clean

demo: .venv/demo
	@PORT=$(PORT) $(BIN)/python demo/manage.py serve

test: check
	@echo "Tests on $(words . $(OTHERS)) interpreters, two at a time; each prints when it is done."
	$(BIN)/coverage erase
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target tests
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

tests: tests-here $(OTHERS:%=tests-%)

tests-here:
	$(BIN)/coverage run -m pytest

# The oldest and the newest run everything; those between, what needs no servers.
tests-3.12: ARGUMENTS := -m "not served"

tests-%:
	@$(MAKE) --no-print-directory .venv-$*/test VENV_PYTHON=$$($(PYTHON) tools/interpreters.py $(PYTHON) $*)
	@echo "Tests on $$(.venv-$*/bin/python -V), Django $$(.venv-$*/bin/python -m django --version)"
	@.venv-$*/bin/python -m pytest $(ARGUMENTS)

check: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache demo/data demo/static-root

# A virtual environment with one of the dependency groups, made anew when the versions change.
.venv/%: VENV_PYTHON = $(PYTHON)
.venv/% .venv-3.11/% .venv-3.12/% .venv-3.13/% .venv-3.14/%: pyproject.toml constraints.txt
	$(VENV_PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(@D)/bin/python -m pip install --quiet --constraint constraints.txt --group $(@F) --editable .
	@touch $@
