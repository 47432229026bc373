"""A store that speaks S3, on loopback and in memory; it ends with the block."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest

NAME = "paperhouse-bucket"


@contextmanager
def start_bucket(name: str = NAME) -> Iterator[dict[str, str]]:
    """An empty bucket of that name; gives the AWS_* variables with which it is reached. Skips without moto."""
    moto = pytest.importorskip("moto.server", reason="no moto here, which stands for S3: make venv has it")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for every request
    server = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ACCESS_KEY_ID": "kept-by-tests-only",
        "AWS_SECRET_ACCESS_KEY": "kept-by-tests-only",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        client = boto3.client(
            "s3",
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            region_name=environment["AWS_REGION"],
        )
        client.create_bucket(Bucket=name)
        yield environment
    finally:
        server.stop()
