# make demo   train and test ST-CLIP on ZS-Stage, annotate a video
# make test   run all tests
# make smoke  build and install the wheel, try it outside the checkout
# make lint   check style
# make docs   build the documentation, docs/_build/html
# Each sets up .venv first where that is missing or out of date.
# Another Python than python3: make demo PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test smoke lint docs setup clean

demo: setup
	$(BIN)/python tools/demo_zs_stage.py

# Processes share the files, in their order: else files of few tests, which
# are long ones, would come last. Each computes on one core; three of them keep
# two cores busy while one waits for what a test has started.
test: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 \
	    --dist loadfile --no-loadscope-reorder

smoke: setup
	OMP_NUM_THREADS=1 $(BIN)/python .ci/try_wheel.py

lint: $(VENV)/.lint
	$(BIN)/ruff check . .ci
	$(BIN)/ruff format --check . .ci

docs: $(VENV)/.docs
	OMP_NUM_THREADS=1 $(BIN)/python -m sphinx -W --keep-going -q \
	    docs docs/_build/html

setup: $(VENV)/.ready

# The stamp is written last: an interrupted set-up is taken up again.
$(VENV)/.ready: setup.py pyproject.toml tools/make_venv.py
	$(PYTHON) tools/make_venv.py $(VENV)
	touch $@

$(VENV)/.lint: $(VENV)/.ready
	$(BIN)/python -m pip install --editable '.[lint]'
	touch $@

$(VENV)/.docs: $(VENV)/.ready
	$(BIN)/python -m pip install --editable '.[docs]'
	touch $@

clean:
	rm -rf $(VENV)
