# paperhouse with its Airflow. One image for every service of docker-compose.yaml.
ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE}

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PATH=/opt/venv/bin:$PATH

WORKDIR /opt/paperhouse

# The environment first: it changes rarely, and the layer is kept until a requirements file does. The builder
# hands a package index over as a secret file in pip's own format, so that it stays out of the image.
COPY requirements/ requirements/
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python3 -m venv /opt/venv \
 && pip install --no-deps --require-hashes -r requirements/bootstrap.txt \
 && pip install --no-deps --require-hashes -r requirements/runtime.txt -r requirements/postgres.txt

COPY pyproject.toml README.md LICENSE ./
COPY plugins/ plugins/
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --no-deps --no-build-isolation --editable .
COPY config/ config/
COPY dags/ dags/
COPY dbt_project/ dbt_project/
COPY demo/ demo/
COPY expectations/ expectations/

# The data folder belongs to the user, so that a new volume mounted there does too. The code does not.
RUN useradd --uid 50000 --create-home paperhouse \
 && mkdir /data \
 && chown paperhouse:paperhouse /data
USER 50000:50000
ENV PAPERHOUSE_DATA_DIR=/data
VOLUME /data

ENTRYPOINT ["paperhouse"]
CMD ["up"]
