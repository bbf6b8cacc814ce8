# The commands of the house. Each brings what it needs into .tools and .venv; a fresh machine needs
# Python 3, make and git. `make help` lists them.

PYTHON := .venv/bin/python
READY := .venv/.ready
# Any address over https: the deployment check asks what a public studio would be like.
PUBLIC := STUDIO_URL=https://studio.example STUDIO_SSL_REDIRECT=1 STUDIO_DEMO=0 STUDIO_DEBUG=0

.DEFAULT_GOAL := help
.PHONY: help run test everywhere setups faults check bench fmt

help: ## say what each command does
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 14

run: $(READY) ## start the studio with its sandbox and a demonstration team; Ctrl-C stops all of it
	@STUDIO_DEMO=$${STUDIO_DEMO-1} exec $(PYTHON) manage.py start

test: $(READY) ## run every test on SQLite, those of the books elsewhere too; what cannot run is skipped (REQUIRE_ALL=1: fails)
	@$(PYTHON) -m tests.outside
	@$(PYTHON) -m tests.everywhere test $(ARGS)

everywhere: $(READY) ## run every test on SQLite, and what the database may change on the two other set-ups
	@$(PYTHON) -m tests.everywhere full $(ARGS)

setups: $(READY) ## run what the database may change on PostgreSQL, without and with Redis
	@$(PYTHON) -m tests.everywhere others $(ARGS)

faults: $(READY) ## kill every process at every step, five times on each set-up (FAULT_SETUPS=postgres: on one)
	@$(PYTHON) -m tests.everywhere faults $(ARGS)

check: $(READY) ## style, types, arrows between the rooms, templates, migrations, settings, lock file
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint --quiet --lint templates
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py check
	$(PUBLIC) $(PYTHON) manage.py check --deploy --fail-level WARNING
	.tools/uv/bin/uv lock --check --quiet

bench: $(READY) ## measure the studio on this machine and print the figures
	@$(PYTHON) -m tests.bench $(ARGS)

fmt: $(READY) ## format the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

$(READY): uv.lock pyproject.toml .python-version deploy/prepare
	@deploy/prepare
	@touch $@
