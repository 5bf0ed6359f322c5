"""Throw-away servers, and the first start of the compose file's PostgreSQL, on a real server."""

import os
import subprocess

import psycopg
import pytest

from core.embedded import process_ids
from core.embedded.postgres import DATABASE, ROLES
from core.launcher.servers import throw_away
from tests.launcher.checkouts import ROOT

pytestmark = pytest.mark.xdist_group("launcher")


def test_throw_away_servers_answer_and_leave_nothing_behind():
    with throw_away() as (cluster, broker):
        folder = cluster.sockets
        with cluster.connect("rapport") as connection:
            roles = connection.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles "
                "WHERE rolname LIKE 'rapport%' ORDER BY rolname"
            ).fetchall()
            pid = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
        assert roles == [
            ("rapport_app", False, False, False),
            ("rapport_backup", False, True, False),
            ("rapport_keeper", False, False, False),
            ("rapport_owner", False, False, True),
        ]
        assert broker.answers()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(folder), user="rapport_app", password="", dbname="rapport")
    assert not folder.exists()
    assert process_ids.started(pid) is None


def test_compose_init_script_makes_roles_passwords_and_database():
    passwords = {
        f"RAPPORT_{key.upper()}_PASSWORD": f"it's a ${key}" for key in ROLES
    }  # quotes and dollars, to see that the shell does not read them
    with throw_away() as (cluster, _):
        with cluster.connect("postgres") as connection:
            connection.execute("DROP DATABASE rapport")
            connection.execute("ALTER ROLE rapport_owner NOCREATEDB")
        environment = (
            os.environ
            | passwords
            | {
                "PATH": f"{cluster.binaries.folder}:{os.environ['PATH']}",
                "PGHOST": str(cluster.sockets),
                "PGPORT": "5432",
                "PGPASSWORD": cluster.passwords["superuser"],
                "ROLES_SQL": str(ROOT / "deploy/roles.sql"),
            }
        )
        subprocess.run(["sh", ROOT / "deploy/postgres-init.sh"], env=environment, check=True)
        with psycopg.connect(
            host=str(cluster.sockets), user="rapport_owner", dbname="rapport",
            password=passwords["RAPPORT_OWNER_PASSWORD"],
        ) as connection:  # fmt: skip
            connection.execute("CREATE TABLE anything (id int)")


def test_a_database_is_remade_empty_whoever_is_connected():
    with throw_away() as (cluster, _):
        with cluster.connect(DATABASE) as connection:
            connection.execute("CREATE TABLE half_loaded (id int)")
        guest = cluster.connect(DATABASE)

        cluster.remake_database()

        with cluster.connect(DATABASE) as connection:
            found = connection.execute("SELECT to_regclass('half_loaded')").fetchone()
        assert found == (None,)
        guest.close()
