# Boletim: make quickstart, make test; `make help` lists the rest.
# set-up takes the newest Python that fits; `make PYTHON=/path/to/python3.12` chooses another
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export TOKENIZERS_PARALLELISM = false

.PHONY: help setup quickstart quickstart-qa quickstart-ner test test-ray lint check docs format bench gpu-check lock clean

help:
	@echo "make quickstart  set up, run the main job offline, print where the card lies"
	@echo "make quickstart-qa  the same for answers to questions"
	@echo "make quickstart-ner  the same for a model that finds people, places and employers"
	@echo "make test        set up when needed, then every test"
	@echo "make test-ray    Ray installed too, then the tests that need it"
	@echo "make lint        format, lint, types, import rules"
	@echo "make check       the same, and the tests of the house"
	@echo "make docs        the guide and the reference as a site in site/, strictly"
	@echo "make bench       the benchmarks, each against a peer in the same run"
	@echo "make gpu-check   what can only be tried on a CUDA device, in four minutes"
	@echo "make lock        resolve requirements.lock again, and write the hashes of every lock"

setup: $(READY)

LOCKS := requirements.lock requirements-torch.lock requirements-torch-cpu.lock requirements-cuda.lock requirements-model.lock requirements-ray.lock

$(READY): $(LOCKS) pyproject.toml setup.sh
	PYTHON="$(PYTHON)" sh setup.sh
	@touch $@

quickstart: $(READY)
	$(BIN)/python examples/quickstart/prepare.py
	HF_HUB_OFFLINE=1 $(BIN)/boletim run examples/quickstart/boletim.yaml --run-dir runs/quickstart

quickstart-qa: $(READY)
	$(BIN)/python examples/quickstart-qa/prepare.py
	HF_HUB_OFFLINE=1 $(BIN)/boletim run examples/quickstart-qa/boletim.yaml --run-dir runs/quickstart-qa

quickstart-ner: $(READY)
	$(BIN)/python examples/quickstart-ner/prepare.py
	HF_HUB_OFFLINE=1 $(BIN)/boletim run examples/quickstart-ner/boletim.yaml --run-dir runs/quickstart-ner

test: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/pytest -n auto --dist loadfile

test-ray: $(READY)
	PYTHON="$(PYTHON)" sh setup.sh ray
	HF_HUB_OFFLINE=1 $(BIN)/pytest tests/boletim/engine tests/tuning/training/test_on_engine.py tests/house/test_recipes.py

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint
	HF_HUB_OFFLINE=1 $(BIN)/pytest -n auto --dist loadfile tests/house tests/conformance

# what builds the site is not in the lock: nothing else needs it
docs: $(READY)
	$(BIN)/python -m pip install -q --no-build-isolation -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# those that take long or want a database are started by hand, see benchmarks/README.md
LONG_BENCHMARKS := $(addprefix benchmarks/, coverage/coverage.py fine_tuning.py gpu_check.py robustness/mutations.py planted_truth.py search_speed.py robustness/nodes.py engine_scoring.py scale_parts.py robustness/engine_throughput.py)
BENCHMARKS := $(filter-out $(LONG_BENCHMARKS),$(sort $(wildcard benchmarks/*.py benchmarks/*/*.py)))

bench: $(READY)
	@set -e; for script in $(BENCHMARKS); do echo "== $$script"; HF_HUB_OFFLINE=1 $(BIN)/python $$script; done

gpu-check: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/python benchmarks/gpu_check.py

# torch's version stands in a lock of its own, because its build differs between machines
lock: $(READY)
	$(BIN)/pip-compile -q --extra train --extra dev --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --allow-unsafe \
	  --unsafe-package torch --strip-extras --no-header -c requirements-torch.lock -o requirements.lock pyproject.toml
	$(BIN)/python .ci/lock_hashes.py $(LOCKS)

clean:
	rm -rf $(VENV) runs build dist *.egg-info
