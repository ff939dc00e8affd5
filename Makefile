# The two front doors: `make demo` and `make test`. Each creates what it needs.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

# Python keeps what it has compiled, whatever the environment says: else each of the hundreds of
# processes that the tests start compiles Django anew, two seconds long.
unexport PYTHONDONTWRITEBYTECODE
# The trial of a new project installs by the same uv.
export UV := $(abspath $(BIN)/uv)

# Versions of further interpreters here; the oldest and the newest run the tests, each brings the Django version that constraints.txt gives it.
OTHERS := $(shell $(PYTHON) tools/interpreters.py $(PYTHON))
ENDS := .venv $(patsubst %,.venv-%,$(filter-out 3.12,$(OTHERS)))
# What starts servers, brokers, browsers and other programs runs on the newest; EVERYWHERE=1, as CI
# says, runs it on the oldest too, and between them what meets Django.
WAITING := $(addprefix tests/,background communication demo health ops probes resilience servers)
STARTING := $(addprefix tests/,bench logs/test_rotating.py metrics/test_processes.py \
	middleware/test_nothing_breaks.py sentry/test_beside_django.py sentry/test_servers.py \
	sources/channels/test_bad_input.py sources/channels/test_every_kind.py \
	sources/channels/test_layer_away.py sources/channels/test_servers.py test_new_project.py \
	tracker/crash tracker/ingest/served tracker/spool/test_storm.py tracker/storage tracker/worker)
MEETING := $(addprefix tests/,answers errors middleware sources) --ignore=tests/sources/channels
WHERE := $(if $(EVERYWHERE),$(ENDS),$(or $(word 2,$(ENDS)),.venv))
BETWEEN := $(if $(EVERYWHERE),$(patsubst %,.venv-%,$(filter 3.12,$(OTHERS))))

.PHONY: demo test check lint types contracts coverage format clean

demo: .venv/demo
	@PORT=$(PORT) $(BIN)/python demo/manage.py serve

test: .venv/test
	@echo "Tests on $(words $(ENDS) $(BETWEEN)) interpreters, four runs at a time; each prints when it is done."
	@$(MAKE) --no-print-directory --jobs=4 --keep-going --output-sync=target \
		$(WHERE:%=waiting/%) $(WHERE:%=starting/%) $(ENDS:%=computing/%) lint types contracts $(BETWEEN:%=meeting/%)

waiting/%: %/test
	$*/bin/python -m pytest $(WAITING)

starting/%: %/test
	$*/bin/python -m pytest $(STARTING)

computing/%: %/test
	$*/bin/python -m pytest $(patsubst %,--ignore=%,$(WAITING) $(STARTING))

meeting/%: %/test
	$*/bin/python -m pytest $(MEETING)

check: lint types contracts

lint: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/test
	$(BIN)/mypy

contracts: .venv/test
	$(BIN)/lint-imports

# Lines and branches that no test of this process reaches; the servers' own are not seen.
coverage: .venv/test
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

format: .venv/test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache demo/data demo/static-root

# Virtual environments, each with one of the dependency groups, made anew when the versions change.
.venv/%: .venv/installer pyproject.toml constraints.txt
	$(install)

.venv-%/test: .venv/installer pyproject.toml constraints.txt
	$(shell $(PYTHON) tools/interpreters.py $(PYTHON) $*) -m venv --without-pip $(@D)
	$(install)
.PRECIOUS: .venv-%/test

# uv takes seconds where pip takes half a minute; where it cannot be had, pip does the work.
.venv/installer:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt uv || true
	@touch $@

define install
@echo "Installing into $(@D)"
@$(BIN)/uv pip install --quiet --python $(@D) $(WANTED) || { \
	$(BIN)/python -m pip install --quiet "pip>=25.1" && \
	$(BIN)/python -m pip --python $(@D) install --quiet --no-compile $(WANTED); }
@touch $@
endef
WANTED = --constraint constraints.txt --group $(@F) --editable .
