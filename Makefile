# Thin: a virtual environment, then the commands of `sourcebook`.
#   make book                      the student website, PDF and EPUB, under _build/student/
#   make book TEXT="file …"        the same with the source text, for that build only
#   make book EDITION=teacher      the teacher's edition
#   make newest                    the course with the newest Sphinx and theme
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

.PHONY: book newest test lint bench serve lab clean

book: $(VENV)/ready
	$(BIN)/sourcebook build --edition $(EDITION) $(if $(TEXT),--text $(TEXT))
	$(BIN)/sourcebook notebooks

# To try newer ones, change the numbers. They lie over what is installed and change nothing there.
NEWEST := sphinx==9.0.4 docutils==0.22.4 myst-parser==5.2.0 myst-nb==1.4.0 markdown-it-py==4.3.0 \
	mdit-py-plugins==0.7.0 sphinx-book-theme==1.4.0 pydata-sphinx-theme==0.20.0 roman-numerals==4.1.0

newest: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
		--target $(VENV)/newest $(NEWEST)
	rm -rf _build/newest && mkdir -p _build/newest
	cp -r _config.yml _toc.yml book exercises _build/newest
	cd _build/newest && PYTHONPATH=$(CURDIR)/$(VENV)/newest $(CURDIR)/$(BIN)/sourcebook build --strict --quiet

test: $(VENV)/ready-test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: $(VENV)/ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sourcebook check

bench: $(VENV)/ready-test
	$(BIN)/python tests/bench/stock.py 3
	$(BIN)/python tests/bench/splitting.py
	$(BIN)/python tests/bench/pdf.py 1 10
	$(BIN)/python tests/bench/growth.py 1 10 --notebooks --picture _build/bench

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
