# The commands of the project. All paths are relative, because the folder's path may contain spaces.

PORT ?= 8000
PYTHONWARNINGS ?= ignore::SyntaxWarning
export PORT PYTHON PYTHONWARNINGS FILE

python = .venv/bin/python
environment = interpreter=$$(sh archive/firstrun/find-python.sh) && \
	"$$interpreter" -I -S archive/firstrun/environment.py
catalogues = $(python) -m archive.translations --compile
typeface = $(python) -m archive.typeface
.PHONY: help setup run cluster admin backup restore test check format messages requirements clean

help:  ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup:  ## create .venv from hashed requirements
	@$(environment) local

run:  ## run the archive on http://127.0.0.1:8000 (PORT=… for another)
	@$(environment) local && $(catalogues) && $(typeface) && \
		exec $(python) -m archive.firstrun.supervisor

cluster:  ## start OpenSearch nodes on this machine, print the setting to use; NODES=…, CLUSTER_PORT=…
	@$(environment) local && exec $(python) -m archive.cluster

admin:  ## create an administrator
	@$(environment) local && exec $(python) manage.py createsuperuser \
		$${DJANGO_SUPERUSER_PASSWORD:+--noinput}

backup:  ## dump the database, verify the dump by restoring it, keep the newest 14
	@$(environment) local && exec $(python) -m archive.backup

restore:  ## replace the database with a backup: make restore FILE=…; the old one is kept
	@test -n "$$FILE" || { echo "Name the backup: make restore FILE=…/rostrum-….dump"; exit 2; }
	@$(environment) local && exec $(python) -m archive.backup --restore "$$FILE"

test:  ## run the linters and all tests, on real PostgreSQL, with a browser if there is one
	@$(environment) test && $(catalogues) && $(typeface) && $(python) tests/chromium.py
	@status=0; $(MAKE) --no-print-directory check || status=1; \
	$(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS) || status=1; exit $$status

check:  ## run linters, type checks, import contracts and the audit of dependencies
	@$(environment) test && $(catalogues)
	@$(python) tests/checks.py

format:  ## format the code, and fix what the linters can fix
	@$(environment) test && $(python) -m ruff check --fix . && $(python) -m ruff format .

messages:  ## extract the texts of the interface, update and compile translations; ADD=fr adds one
	@$(environment) local && $(python) -m archive.translations $(addprefix --add ,$(ADD))

requirements:  ## compile requirements/*.txt from pyproject.toml; needs uv
	@for kind in base "local --extra local" "mcp --extra mcp" "parquet --extra parquet" \
		"test --extra local --extra mcp --extra parquet --extra test" \
		"benchmarks --extra local --extra benchmarks"; do set -- $$kind; \
		file=requirements/$$1.txt; shift; \
		uv pip compile pyproject.toml "$$@" --universal --python-version 3.12 --generate-hashes \
			--no-header --no-emit-index-url --no-annotate --quiet --output-file $$file || exit 1; done
	@printf '%s\n' brotli fontpkg-source-serif-4 fonttools | uv pip compile - --universal \
		--python-version 3.12 --generate-hashes --no-header --no-emit-index-url --no-annotate \
		--quiet --output-file requirements/typeface.txt
	@echo uv | uv pip compile - --universal --python-version 3.8 --generate-hashes \
		--no-header --no-emit-index-url --no-annotate --quiet --output-file requirements/uv.txt

clean:  ## remove .venv and caches; never the data
	rm -rf .venv .python .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
