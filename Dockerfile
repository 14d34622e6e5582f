# The processes of production from the same lock that `make run` uses; Postgres and the broker are named by the environment.
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements.lock pyproject.toml ./
# uv by its hash, then only what production imports, each by its hash.
RUN awk '/^[^ #]/ {inside = /^uv==/} inside' requirements.lock > uv.lock \
    && pip install --no-cache-dir --require-hashes -r uv.lock \
    && python -m venv --without-pip /opt/selaras \
    && VIRTUAL_ENV=/opt/selaras uv pip install --no-cache --require-hashes -r pyproject.toml -c requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /selaras selaras && install -d -o selaras -g selaras /data
COPY --from=build /opt/selaras /opt/selaras
WORKDIR /selaras
COPY workflow workflow
COPY api api
COPY workers workers
COPY selaras selaras
COPY definitions definitions
ENV PATH=/opt/selaras/bin:$PATH PYTHONPATH=/selaras PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATA_DIR=/data DEMO=0
USER selaras
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--http", "1", "--no-ws", \
     "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", "--workers-kill-timeout", "10", "api.wsgi:app"]
