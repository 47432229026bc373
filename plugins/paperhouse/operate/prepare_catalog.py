"""The database of the lake's catalog, made where it is missing and we may; DuckLake makes its own tables in it."""

from urllib.parse import unquote, urlsplit

from ..errors import PaperhouseError
from ..settings import Settings


class CatalogMissing(PaperhouseError):
    """The database that PAPERHOUSE_LAKE_CATALOG names is not there and cannot be made, or lets nobody in."""


def prepare_catalog(settings: Settings) -> None:
    """Under the lake target, make the database unless it exists; several may do so at once. Raises CatalogMissing."""
    if settings.target != "lake":
        return
    import psycopg2
    from psycopg2.errors import DuplicateDatabase, UniqueViolation
    from psycopg2.sql import SQL, Identifier

    name = unquote(urlsplit(settings.lake_catalog).path.strip("/"))
    reason = None
    try:
        psycopg2.connect(settings.lake_catalog, connect_timeout=10).close()
    except psycopg2.OperationalError as error:
        reason = error
    if reason is None:
        return
    try:
        server = psycopg2.connect(settings.lake_catalog, dbname="postgres", connect_timeout=10)
        server.autocommit = True  # no database is made inside a transaction
        with server.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", [name])
            if cursor.fetchone():
                raise reason
            cursor.execute(SQL("create database {}").format(Identifier(name)))
        server.close()
    except (DuplicateDatabase, UniqueViolation):
        return
    except psycopg2.Error as error:
        raise CatalogMissing(
            f"the database of PAPERHOUSE_LAKE_CATALOG cannot be used: {settings.mask(' '.join(str(error).split()))}; "
            f"start its server, correct the address, or create the database {name!r} there"
        ) from None
