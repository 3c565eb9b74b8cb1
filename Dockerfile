# One image for every service; what it does is the command's business (compose.yml).
FROM python:3.14-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --uid 1000 --create-home centre
WORKDIR /app

# Before the code, so that a change of the code installs nothing anew. All have wheels: no compiler in the image.
COPY requirements.txt ./
RUN pip install --require-hashes --only-binary :all: --requirement requirements.txt

COPY . .
# The key signs nothing: collecting static files needs settings that load, and no key may stay in the image.
RUN DJANGO_SECRET_KEY=only-while-the-image-is-built-and-never-after-that-0000 DJANGO_ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q . \
    && install --directory --owner centre --group centre /app/var

USER centre
VOLUME /app/var
EXPOSE 8000

# http and sockets on one port; Django's ASGI application has no lifespan.
CMD ["python", "-m", "uvicorn", "backoffice.config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", "--no-proxy-headers", "--ws-max-size", "65536", "--ws-per-message-deflate", "0", "--timeout-graceful-shutdown", "20"]
