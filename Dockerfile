# CRS Monitor. Two stages: pip and its cache stay in the first.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /srv/venv
COPY requirements/run.txt /tmp/run.txt
RUN /srv/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/run.txt

FROM python:3.13-slim
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=crs_monitor.settings \
    CRS_STATIC_ROOT=/srv/static \
    CRS_DATA_DIR=/data
COPY --from=build /srv/venv /srv/venv
WORKDIR /srv/crs
COPY . .
# The pages' files get their hashes here; the running container is read-only.
RUN CRS_DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build && mkdir /data && chown 10001:10001 /data
# A number, so that a cluster can see that it is not root.
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "crs_monitor.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "crs_monitor.webserver.worker.BufferingWorker", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
