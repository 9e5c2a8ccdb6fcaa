# Three stages: the browser's files, the Python packages, and what runs.
FROM node:20.19-bookworm-slim AS browser
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm AS packages
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app archlab && install -d -o archlab /data
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY --from=browser /app/node_modules node_modules
COPY manage.py LICENSE ./
COPY archlab archlab
COPY scenarios scenarios
COPY static static
COPY templates templates
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=archlab.settings
# a public site refuses to start without its own key and address; building needs neither
RUN ARCHLAB_DATA_DIR=/tmp/build python manage.py collectstatic --no-input && rm -r /tmp/build
ENV ARCHLAB_DATA_DIR=/data
USER archlab
EXPOSE 8000
CMD ["granian", "--interface", "asgi", "--host", "0.0.0.0", "--workers", "1", "--loop", "uvloop", "--backpressure", "8192", "--workers-kill-timeout", "5", "--respawn-failed-workers", "--http1-header-read-timeout", "5000", "--no-ws", "archlab.asgi:application"]
