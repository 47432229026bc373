"""Builds without dbt, small and real, for tests of what happens to a file once it is built."""

import shutil

from paperhouse.publish import current_version, publish_build
from paperhouse.warehouse import open_build


def make_build(settings, generation, row_count=2000):
    build_file = settings.build_dir / "warehouse.duckdb"
    shutil.rmtree(settings.build_dir, ignore_errors=True)
    with open_build(build_file) as build:
        build.execute("create schema raw; create table raw.secret as select 1 as x")
        build.execute(
            f"create table papers as select {generation} as generation, md5(i::varchar) as text "
            f"from range({row_count}) as t (i)"
        )
        build.execute(f"create table day_status as select {generation} as generation")
        build.execute("comment on table papers is 'One row per paper.'")
    return build_file


def publish(settings, generation):
    return publish_build(settings, make_build(settings, generation), current_version(settings))
