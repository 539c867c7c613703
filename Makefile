# Thin: a virtual environment, then the commands of `sourcebook`.
#   make book                      the student website, PDF and EPUB, under _build/student/
#   make book TEXT="file …"        the same with the source text, for that build only
#   make book EDITION=teacher      the teacher's edition
#   make test · make lint · make bench · make serve · make lab · make clean
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
EDITION ?= student

.PHONY: book test lint bench serve lab clean

book: $(VENV)/ready
	$(BIN)/sourcebook build --edition $(EDITION) $(if $(TEXT),--text $(TEXT))
	$(BIN)/sourcebook notebooks

test: $(VENV)/ready-test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: $(VENV)/ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sourcebook check

bench: $(VENV)/ready-test
	$(BIN)/python tests/bench/splitting.py
	$(BIN)/python tests/bench/pdf.py 1 10

serve: $(VENV)/ready-serve
	$(BIN)/sourcebook serve

lab: $(VENV)/ready-lab
	$(BIN)/sourcebook notebooks
	$(BIN)/jupyter lab _build/notebooks

$(VENV)/bare:
	@echo "Making the virtual environment in $(VENV) …"
	$(PYTHON) -m venv $(VENV)
	@touch $@

# Installed again only when what is installed has changed.
$(VENV)/ready: $(VENV)/bare pyproject.toml constraints.txt
	@echo "Installing sourcebook and what it needs (a few minutes the first time) …"
	$(INSTALL) -e .
	@touch $@

$(VENV)/ready-%: $(VENV)/ready
	@echo "Installing what 'make $*' needs …"
	$(INSTALL) -e ".[$*]"
	@touch $@

clean:
	rm -rf _build
