# Stands in for the official image where none can be pulled: the same user and folder.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends redis-server \
 && install --directory --owner redis --group redis /data
WORKDIR /data
