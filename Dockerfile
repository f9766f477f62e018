# CRS Monitor. Two stages: whatever builds and installs stays in the first.
# The base is named down to the release of Debian. To hold it to the byte, look its digest up once,
#   docker buildx imagetools inspect python:3.13-slim-trixie
# and build with --build-arg BASE=python:3.13-slim-trixie@sha256:...
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv --without-pip /srv/venv
COPY requirements/run.txt /tmp/run.txt
RUN pip --python /srv/venv/bin/python install --require-hashes --only-binary :all: -r /tmp/run.txt

FROM ${BASE}
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=crs_monitor.settings \
    CRS_STATIC_ROOT=/srv/static \
    CRS_DATA_DIR=/data
COPY --from=build /srv/venv /srv/venv
# Nothing here can install anything.
RUN pip uninstall --yes --root-user-action=ignore pip && rm -rf /usr/local/lib/python3*/ensurepip
WORKDIR /srv/crs
COPY . .
# The pages' files get their hashes here; the running container is read-only.
RUN CRS_DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build && mkdir /data && chown 10001:10001 /data
# A number, so that a cluster can see that it is not root.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 \
    CMD ["python", "crs_monitor/ask_health.py", "http://127.0.0.1:8000/health/live"]
CMD ["gunicorn", "crs_monitor.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "crs_monitor.webserver.worker.BufferingWorker", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
