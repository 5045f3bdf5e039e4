# Every target makes what it needs from a plain python3 with pip: uv in .tools, the rest in .venv.

PY ?= python3
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench lock

UV := .tools/bin/uv
PYTAG := $(shell $(PY) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)
VENV := .venv/.python-$(PYTAG)
RUN := .venv/bin/python -m

# Runtime packages are enough for the demo; where the rest is there already, it stays.
DEMO_READY := $(if $(wildcard .venv/.ok),.venv/.ok,.venv/.demo-ok)

# A package index set for pip is set for uv too.
INDEX = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$($(PY) -m pip config get global.index-url 2>/dev/null)}"
INSTALL = $(UV) pip install -q --python .venv --no-deps --no-build-isolation -e .
SYNC = $(UV) pip sync -q --python .venv --require-hashes
LOCK = $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock" $(UPGRADE)

help:
	@echo "make demo   a diagnosis of a bundled incident (INCIDENT=name for another)"
	@echo "make test   everything: check, then the tests; PARAMEDIC_TEST=all adds the heavy ones"
	@echo "make check  format, lint, types, imports"
	@echo "make bench  the benchmarks"
	@echo "make lock   the requirements files anew from pyproject.toml (UPGRADE=--upgrade: newest)"
	@echo "PY=python3.13 before any of them chooses the Python."

demo: $(DEMO_READY)
	@.venv/bin/paramedic demo $(INCIDENT)

check: .venv/.ok
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	.venv/bin/lint-imports --no-logo

test: check
	$(RUN) pytest -n auto --cov --cov-report=
	$(RUN) coverage report
	$(RUN) coverage report --include='diagnostics/*,handlers/*' --fail-under=98

bench: .venv/.ok
	$(RUN) bench

lock: $(UV)
	@$(INDEX) $(LOCK) requirements-uv.in -o requirements-uv.txt
	@$(INDEX) $(LOCK) pyproject.toml --group build -o requirements.txt
	@$(INDEX) $(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

define python_fits
@$(PY) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' || { \
	echo "Paramedic needs Python 3.11 to 3.14; $(PY) is not one: say make PY=python3.12" >&2; exit 1; }
endef

$(UV): requirements-uv.txt
	$(python_fits)
	@$(PY) -m pip --version >/dev/null || { \
		echo "$(PY) has no pip: install it first (Debian: apt-get install python3-pip)" >&2; exit 1; }
	@echo "Installing uv into .tools"
	@rm -rf .tools
	@PIP_ROOT_USER_ACTION=ignore $(PY) -m pip install -q --disable-pip-version-check \
		--no-warn-script-location --require-hashes --target .tools -r requirements-uv.txt
	@touch $@

$(VENV): | $(UV)
	$(python_fits)
	@UV_PYTHON_DOWNLOADS=never $(UV) venv -q --clear \
		--python "$$($(PY) -c 'import sys; print(sys.executable)')" .venv
	@touch $@

.venv/.demo-ok: requirements.txt pyproject.toml $(VENV)
	@echo "Installing the packages of requirements.txt into .venv"
	@$(INDEX) $(SYNC) requirements.txt
	@$(INSTALL)
	@touch $@

.venv/.ok: requirements-dev.txt pyproject.toml $(VENV)
	@echo "Installing the packages of requirements-dev.txt into .venv"
	@$(INDEX) $(SYNC) requirements-dev.txt
	@$(INSTALL)
	@touch $@ .venv/.demo-ok
