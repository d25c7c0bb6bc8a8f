# The companion in two commands: `make book` and `make test`. Each line calls one tool.
PYTHON ?= python3
PRESET ?= quick
DATA   ?=
PROFILE ?= local
PORT   ?= 8000
VENV   ?= .venv

BIN   := $(VENV)/bin
READY := $(VENV)/installed
quote  = '$(subst ','\'',$(value $(1)))'  # whatever stands in it reaches Python byte for byte
RUN    = --preset $(call quote,PRESET) --data $(call quote,DATA)

.DEFAULT_GOAL := help
.PHONY: help setup book lab test lint serve clean

help:  ## show this list
	@echo "make TARGET [PRESET=smoke|quick|study|strong|lower|pictures|paper] [DATA=folder] [PROFILE=local|slurm] [PYTHON=python3]"
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  %-7s %s\n' "$$name" "$$text"; done

setup: $(READY)  ## install the pinned dependencies into .venv (about 2 minutes, once)

# JupyterLab brings a check of international addresses. Nobody here needs it, and where it is installed
# whatever reads a notebook starts 1.6 s later.
$(READY): pyproject.toml constraints.txt
	@command -v "$(PYTHON)" > /dev/null || { echo "error: $(PYTHON): not found; install Python 3.11 or newer, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: $(PYTHON): found $$("$(PYTHON)" -V 2>&1), expected Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv "$(VENV)" || { echo "error: $(PYTHON): cannot make $(VENV); install Python's venv package (Debian and Ubuntu: python3-venv)" >&2; exit 1; }
	@echo "Installing the pinned dependencies into $(VENV): about 2 minutes, once"
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[book,test]'
	@"$(BIN)/python" -m pip uninstall --quiet --disable-pip-version-check --yes rfc3987-syntax lark
	@touch "$@"

book: $(READY)  ## run the preset, render the book and print its first page
	@"$(BIN)/python" -m workflow.build $(RUN) --profile "$(PROFILE)"

lab: $(READY)  ## open the chapters to rerun them by hand; results go to build/by-hand-*
	@root=; [ "$$(id -u)" != 0 ] || root=--allow-root; \
	"$(BIN)/jupyter-lab" $$root --ip 127.0.0.1 --LabApp.extension_manager=readonly notebooks

test: $(READY)  ## run every test
	@"$(BIN)/python" -m pytest -n 2

lint: $(READY)  ## check style, formatting, type hints and that notebooks hold no outputs
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/mypy"
	@"$(BIN)/nbstripout" --verify --keep-id notebooks/*.ipynb

serve: $(READY)  ## serve the built book on this machine and print its address
	@pages="$$("$(BIN)/python" -m workflow.runs $(RUN) --pages)" || exit 1; \
	"$(BIN)/python" -c 'import socket, sys; socket.create_server(("127.0.0.1", int(sys.argv[1])))' "$(PORT)" 2> /dev/null || { echo "error: PORT: $(PORT) is taken, or no port; name another: make serve PORT=8001" >&2; exit 1; }; \
	exec "$(BIN)/python" -m http.server --bind 127.0.0.1 --directory "$$pages" "$(PORT)"

clean:  ## remove the chosen run (PRESET, DATA) and the tools' caches; other runs and .venv stay
	@"$(PYTHON)" -m workflow.runs $(RUN)
