# Everything here sets up what it needs by itself, in .venv, from python3 and the lock files.
# `make` alone says what there is.

PYTHON ?= python3
PORT ?= 8000
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
READY := .venv/ready
PAGES := book chapters _config.yml _toc.yml
BOOK_SOURCES := $(shell find $(PAGES) src -type f -not -path '*/__pycache__/*' -not -path '*/.*')
NOTEBOOKS := $(wildcard book/*.ipynb chapters/*.ipynb solutions/*.ipynb)

.PHONY: help
help:  ## Say what there is
	@echo "make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- for everyone -------------------------------------------------------------------------------

.PHONY: open lab book
open: book  ## Build the book, serve it on this machine and open it in a browser
	@$(BIN)/python -m scalelab.web.serve _build/html --port $(PORT)

lab: $(READY)-notebooks  ## Open the notebooks in JupyterLab
	@echo "== Starting JupyterLab (Ctrl+C stops it)"
	@# Its plugin for news and updates is off: it would ask on the first start, and then other sites.
	@# In a container one is often root, which JupyterLab wants to be told is meant.
	@JUPYTER_CONFIG_PATH="$(CURDIR)/tools/jupyter$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" \
		$(BIN)/jupyter lab --notebook-dir=. --LabApp.default_url=/lab/tree/book/welcome.ipynb \
		$$(test "$$(id -u)" -ne 0 || echo --allow-root)

book: _build/html/.complete  ## Build the book into _build/html
	@echo "== The book is in _build/html"

_build/html/.complete: $(BOOK_SOURCES) $(READY)-book
	@echo "== Building the book"
	@$(BIN)/jupyter-book build . --all -W --keep-going
	@touch $@

# --- for those who change something -------------------------------------------------------------

.PHONY: test check test-code test-notebooks
test: check test-code test-notebooks  ## Run every check and every test
	@echo "== All checks and tests passed"

check: $(READY)-test  ## Style, types, layers and spelling
	@echo "== Style"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@echo "== Types"
	@$(BIN)/mypy
	@echo "== Layers"
	@$(BIN)/lint-imports
	@echo "== Spelling"
	@$(BIN)/codespell

test-code: export SCALELAB_BOOK = $(CURDIR)/_build/html
test-code: $(READY)-test book  ## Models, book and browser
	@echo "== Tests: all but the browser's, on every core"
	@$(BIN)/pytest -n auto --dist loadfile -m "not browser"
	@echo "== Tests in a browser"
	@$(BIN)/pytest -n auto --maxprocesses 4 -m browser

test-notebooks: $(READY)-test  ## Run every notebook and compare with what is committed
	@echo "== Notebooks: every output as committed"
	@$(BIN)/pytest --nbval --dist loadfile -n auto $(NOTEBOOKS)

.PHONY: notebooks validation bench lock clean
notebooks: $(READY)-test  ## Run the notebooks in place, and make the students' copies anew
	@$(BIN)/python tools/notebooks.py $(NOTEBOOKS)
	@$(BIN)/python -m scalelab.workbook.generate

validation: $(READY)-test  ## Compute the validation page anew
	@$(BIN)/python -m scalelab.validation

bench: $(READY)-test book  ## Measure speed against peers and native code (BENCH=--help: options)
	@$(BIN)/python -m scalelab.bench $(BENCH)

lock:  ## Choose the newest versions that fit and lock them (needs uv)
	@echo "== Locking; the tests' set is the largest, so the others take its versions"
	@rm -f requirements.txt requirements-book.txt requirements-test.txt
	@$(LOCK) --group build --group book --group test --output-file requirements-test.txt
	@$(LOCK) --group build --group book --constraint requirements-test.txt \
		--output-file requirements-book.txt
	@$(LOCK) --group build --constraint requirements-test.txt --output-file requirements.txt

# No annotations and no index addresses: the files name packages and hashes, nothing else.
LOCK := uv pip compile pyproject.toml --quiet --universal --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

clean:  ## Remove everything that was built, .venv included
	rm -rf .venv _build

# --- the environment ----------------------------------------------------------------------------

# One stamp for each lock file; a stamp is older than its lock file when the lock has changed.
$(READY)-notebooks: requirements.txt pyproject.toml | $(BIN)/python
	$(INSTALL)
$(READY)-book: requirements-book.txt pyproject.toml | $(BIN)/python
	$(INSTALL)
$(READY)-test: requirements-test.txt pyproject.toml | $(BIN)/python
	$(INSTALL)

define INSTALL
@echo "== Installing $< into .venv (some minutes the first time)"
@if command -v uv >/dev/null; then \
	uv pip install --python $(BIN)/python --require-hashes --requirement $< && \
	uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .; \
else \
	{ $(PIP) --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip; } && \
	$(PIP) install --require-hashes --requirement $< && \
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .; \
fi
@touch $@
endef
PIP := $(BIN)/python -m pip --disable-pip-version-check

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. Install Python 3.11 or newer," \
			"or name one: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$($(PYTHON) -V), and the course needs 3.11 or newer." \
			"Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "== Making .venv with $$($(PYTHON) -V)"
	@if command -v uv >/dev/null; then \
		uv venv --quiet --python "$$(command -v $(PYTHON))" .venv; \
	else \
		$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
			echo "$(PYTHON) comes without ensurepip. On Debian and Ubuntu:" \
				"apt install python3-venv" >&2; exit 1; }; \
		$(PYTHON) -m venv .venv; \
	fi
