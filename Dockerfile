# One image for web, workers, beat and the one-shot migration: docs/operations.md
FROM python:3.13-slim-trixie AS build
WORKDIR /build
COPY requirements.lock ./
COPY tools/runtime_lock.py tools/
RUN python tools/runtime_lock.py > runtime.lock \
    && python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r runtime.lock

FROM python:3.13-slim-trixie
# PYTHONTZPATH: one time-zone database for all, the pinned wheel's.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONTZPATH= \
    DJANGO_SETTINGS_MODULE=config.settings
RUN groupadd --gid 10001 rapport \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin rapport
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Made up, for this one command: settings.py refuses to load without them.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@build/build python manage.py collectstatic --noinput --verbosity=0 \
    && install -d -o rapport -g rapport -m 700 var/media var/mailbox var/beat
USER rapport
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["python", "deploy/healthcheck.py", "/healthz/"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "20", "--no-ws", "config.wsgi:application"]
