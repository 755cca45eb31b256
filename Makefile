# make run: the whole gateway on this machine.  make test: every test, with what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV = VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv
export PYTHONDONTWRITEBYTECODE =
# Certificates of the system, so that a company's own mirror is believed.
export UV_SYSTEM_CERTS = true
export UV_NATIVE_TLS = true

.PHONY: run test setup setup-dev system check bench chaos soak fuzz corpora evaluate lock clean help
.DEFAULT_GOAL := help

help:
	@echo "make run       start everything on this machine, with stand-ins to try it"
	@echo "make test      check and test everything (installs what it needs)"
	@echo "make bench     benchmark report     make corpora   reading other projects' mails"
	@echo "make evaluate  classifier scores    make chaos     the long runs of random faults"
	@echo "make fuzz      hostile input for every parser"

run: $(VENV)/.run
	@exec $(BIN)/gateway up --sandbox

test: $(VENV)/.dev system $(VENV)/debian check
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n 4 --dist loadfile tests/unit tests/house tests/contract tests/integration
	$(BIN)/python -m pytest tests/acceptance

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The environment from the lock file; jars load while bytecode compiles.
$(VENV)/bin/uv:
	@echo "environment: making $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=…"; exit 2; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); \
	  else echo "python3-venv is missing: apt install python3-venv"; exit 2; fi; }
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/uv
	@echo "environment: installing from requirements.lock"
	@test -e $(VENV)/.dev || $(UV) pip sync -q --require-hashes requirements.lock
	@$(UV) pip install -q --no-deps --no-build-isolation -e .
	@echo "environment: there; bringing Kafka and the mail server while bytecode compiles"
	@$(BIN)/python -m compileall -q $(VENV)/lib gateway channels classifiers workers schemas deploy >/dev/null 2>&1 & \
	  compile=$$!; $(BIN)/python -m deploy.local.fetch || exit $$?; wait $$compile; true
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/uv
	@echo "environment: installing from requirements-dev.lock"
	@$(UV) pip sync -q --require-hashes requirements-dev.lock
	@$(UV) pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -m deploy.local.fetch
	@touch $@

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

# Debian packages that only tests need. Postfix comes where nothing else sends mail, unconfigured, so that it never listens.
system:
	@for need in dovecot:dovecot-imapd,dovecot-lmtpd chromium:chromium setpriv:util-linux; do \
	  command -v $${need%%:*} >/dev/null 2>&1 || [ -x /usr/sbin/$${need%%:*} ] || missing="$$missing $$(echo $${need#*:} | tr , ' ')"; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ ! -e /usr/sbin/sendmail ]; then \
	  echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections; \
	  missing="$$missing postfix"; \
	fi; \
	[ -z "$$missing" ] || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "system: installing$$missing"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
	  else echo "tests need: apt install$$missing"; exit 2; fi; }

# promtool and clamd, unpacked beside the environment: installed they would start services.
$(VENV)/debian: | $(VENV)/bin/uv
	@rm -rf $@.part && mkdir -p $@.part
	@if command -v promtool >/dev/null && { command -v clamd || [ -x /usr/sbin/clamd ]; } >/dev/null; then \
	  for tool in promtool:$$(command -v promtool) clamd:$$(command -v clamd || echo /usr/sbin/clamd); do \
	    ln -sf $${tool#*:} $(BIN)/$${tool%%:*} 2>/dev/null || true; done; \
	elif command -v apt-get >/dev/null && echo "system: unpacking promtool and clamd" && { \
	    [ "$$(id -u)" != 0 ] || apt-get update -qq; \
	    cd $@.part && apt-get -o APT::Sandbox::User=root download -qq $$(apt-get install -s --no-install-recommends prometheus clamav-daemon \
	      | awk '/^Inst (prometheus|clamav-daemon|lib(clamav|mspack|tfm|json-c|pcre2|curl|xml2|bz2)[^ ]*) /{print $$2}') \
	    && for one in *.deb; do dpkg -x $$one . || exit 2; done && rm -rf *.deb usr/bin/prometheus usr/share && cd - >/dev/null; }; then \
	  for tool in usr/bin/promtool usr/sbin/clamd; do \
	    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$$@"\n' "$$(echo $(CURDIR)/$@/usr/lib/*-linux-gnu | sed 's|\*|'$$(uname -m)'|')" "$(CURDIR)/$@/$$tool" \
	      > $(BIN)/$${tool##*/} && chmod +x $(BIN)/$${tool##*/}; done; \
	else echo "tests of alerts and of the scanner are skipped: promtool and clamd are not to be had here"; rm -rf $(CURDIR)/$@.part; fi
	@[ ! -d $@.part ] || mv $@.part $@

bench: $(VENV)/.dev system
	$(BIN)/python -m tests.benchmarks

chaos: $(VENV)/.dev
	$(BIN)/python -m tests.acceptance.chaos --report build/chaos-1.json
	$(BIN)/python -m tests.acceptance.chaos --brokers 3 --report build/chaos-3.json
	$(BIN)/python -m tests.acceptance.chaos --brokers 0 --complaints 3000 --faults 60 --report build/chaos-0.json

soak: $(VENV)/.dev system
	$(BIN)/python -m tests.acceptance.soak

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz
	$(BIN)/python -m tests.fuzz stages --inputs 15400
	FUZZ_EXAMPLES=2000 $(BIN)/python -m pytest tests/contract/test_hostile.py

corpora: $(VENV)/.dev
	$(BIN)/python -m tests.corpora

evaluate: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks.understanding

lock: $(VENV)/bin/uv
	$(UV) pip compile -q --extra dev --extra train --generate-hashes --universal --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements-dev.lock
	$(UV) pip compile -q --extra train --extra build -c requirements-dev.lock --generate-hashes --universal --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements.lock
	echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)" | $(UV) pip compile -q --generate-hashes --universal --no-header --no-annotate --python-version 3.11 - -o requirements-uv.lock
	@! grep -n '://' requirements.lock requirements-dev.lock requirements-uv.lock

clean:
	rm -rf $(VENV) data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
