# syntax=docker/dockerfile:1
# Two stages: the first installs the lock with hashes and builds the embedding model, the second carries only the result.
# For releases pin the base by digest: docker build --build-arg BASE=python:3.11-slim-bookworm@sha256:...
ARG BASE=python:3.11-slim-bookworm
FROM ${BASE} AS build
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python -m venv /app/.venv \
 && /app/.venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
COPY knowledge ./knowledge
COPY handlers ./handlers
COPY bot ./bot
RUN /app/.venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
 && DATA_DIR=/tmp/build MODEL_DIR=/app/models /app/.venv/bin/python -m bot search warm --json

FROM ${BASE}
RUN groupadd --gid 10001 countersign \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin countersign \
 && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /app/.venv /app/.venv
COPY --from=build /app/models /app/models
# Chroma looks for a home directory, and a uid that is chosen at start has none.
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data HOST=0.0.0.0 PORT=3000 DATA_DIR=/data MODEL_DIR=/app/models LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=2)"]
ENTRYPOINT ["countersign"]
CMD ["run"]
