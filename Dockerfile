FROM python:3.13.15-slim-trixie AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONWARNINGS=ignore::SyntaxWarning
COPY requirements/base.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --requirement /tmp/requirements.txt
# 1 adds the packages that write Parquet files of the data package
ARG PARQUET=0
COPY requirements/parquet.txt /tmp/parquet.txt
RUN if [ "$PARQUET" = 1 ]; then \
        /opt/venv/bin/pip install --require-hashes --requirement /tmp/parquet.txt; \
    fi
# the text face, which pages can do without, is made by packages that nothing else needs
COPY requirements/typeface.txt /tmp/typeface.txt
RUN python -m venv /opt/typeface \
    && { /opt/typeface/bin/pip install --require-hashes --requirement /tmp/typeface.txt \
        || echo "The text face could not be installed: pages use faces of the reader's system."; }
WORKDIR /srv/rostrum
COPY . .
RUN /opt/typeface/bin/python -m archive.typeface
# the settings require these two; nothing is connected to
RUN DATABASE_URL=postgres://nobody@nowhere/none SECRET_KEY=only-to-collect-files STATE_DIR=/tmp/state \
    STATIC_ROOT=/srv/static /opt/venv/bin/python manage.py collectstatic --no-input \
    && /opt/venv/bin/python -m archive.translations --compile \
    && /opt/venv/bin/python -m compileall -q archive statements manage.py

# the same with the client programs of PostgreSQL, of the version of the database's image
FROM builder AS builder-backup
RUN /opt/venv/bin/pip install --require-hashes --requirement requirements/local.txt

# the same with the packages of the MCP server
FROM builder AS builder-mcp
RUN /opt/venv/bin/pip install --require-hashes --requirement requirements/mcp.txt

FROM python:3.13.15-slim-trixie AS runtime
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONWARNINGS=ignore::SyntaxWarning \
    STATE_DIR=/var/lib/rostrum \
    STATIC_ROOT=/srv/static \
    ACCESS_LOG=- \
    PORT=8000
# recognises the text of scans where OCR=1 is set; without it, scans wait for their text
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        tesseract-ocr tesseract-ocr-eng tesseract-ocr-script-latn \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin rostrum \
    && install --directory --owner=rostrum --mode=0700 /var/lib/rostrum /var/backups/rostrum
WORKDIR /srv/rostrum
USER 10001
VOLUME /var/lib/rostrum

FROM runtime AS backup
COPY --from=builder-backup /opt/venv /opt/venv
COPY --from=builder-backup /srv /srv
VOLUME /var/backups/rostrum
CMD ["python", "-m", "archive.backup"]

FROM runtime AS mcp
COPY --from=builder-mcp /opt/venv /opt/venv
COPY --from=builder-mcp /srv /srv
CMD ["python", "manage.py", "mcp", "--http", "--host", "0.0.0.0"]

FROM runtime AS web
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /srv /srv
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-m", "archive.container_check"]
CMD ["gunicorn", "--config=python:archive.serving", "--bind=0.0.0.0:8000", "archive.wsgi"]
