# One image for every service; what it does is the command's business (compose.yml).
FROM python:3.14-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

# The front of the server, and the tools that copy a PostgreSQL 17 (the version of compose's db). Without versions: the
# system's security releases must not wait for us.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends nginx postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --uid 1000 --create-home centre
WORKDIR /app

# Before the code, so that a change of the code installs nothing anew. All have wheels: no compiler in the image. The lock
# is complete, so no package is asked what else it wants (.ci/left-out.txt).
COPY requirements.txt ./
RUN pip install --no-deps --require-hashes --only-binary :all: --requirement requirements.txt

COPY . .
# The key signs nothing: collecting static files needs settings that load, and no key may stay in the image.
RUN DJANGO_SECRET_KEY=only-while-the-image-is-built-and-never-after-that-0000 DJANGO_ALLOWED_HOSTS=localhost \
    STATIC_ROOT=/app/static python3 manage.py collectstatic --noinput --verbosity 0 \
    && python3 -m compileall -q . \
    && install --directory --owner 1000 --group 1000 /app/var /app/var/media /app/backups \
    && chown -R 1000:1000 static

USER 1000
EXPOSE 8000

# Pages, API and sockets behind one port.
CMD ["python3", "-m", "workers.server"]
