# paperhouse with its Airflow: one image for every service of docker-compose.yaml.
ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE}

# Another package index: docker build --build-arg PIP_INDEX_URL=…
ARG PIP_INDEX_URL
ARG PIP_TRUSTED_HOST

ENV LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PATH=/opt/venv/bin:$PATH

WORKDIR /opt/paperhouse

# The packages first: they change rarely, and the layer is kept until a requirements file does.
COPY requirements/runtime.txt requirements/cluster.txt requirements/
RUN python3 -m venv /opt/venv \
 && pip install --no-deps --require-hashes -r requirements/runtime.txt -r requirements/cluster.txt

COPY pyproject.toml README.md LICENSE ./
COPY plugins/ plugins/
RUN pip install --no-deps --editable .
COPY config/ config/
COPY dags/ dags/
COPY dbt_project/ dbt_project/
COPY demo/ demo/
COPY expectations/ expectations/

# The data folder belongs to the user, and so does a new volume mounted there; the code stays root's. /opt/airflow is
# where Airflow's Helm chart has Airflow's home.
RUN useradd --uid 50000 --create-home paperhouse \
 && install --directory --owner paperhouse --group paperhouse /data /opt/airflow
USER 50000:50000
ENV PAPERHOUSE_DATA_DIR=/data

ENTRYPOINT ["paperhouse"]
CMD ["--help"]
