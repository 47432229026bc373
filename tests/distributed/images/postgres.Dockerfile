# Stands in for the official image where none can be pulled: the same variables, user and folder.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends postgresql \
 && install --directory --mode 0700 --owner postgres --group postgres /var/lib/postgresql/data
COPY start-postgres /usr/local/bin/
ENV PGDATA=/var/lib/postgresql/data \
    PATH=/usr/lib/postgresql/15/bin:$PATH
ENTRYPOINT ["start-postgres"]
