"""F1: the program is killed in the middle of imports while four people write."""

import tempfile
from pathlib import Path

from bench.ground import PostgresServer, create_database
from importexport.killing import rounds
from installation import Installation


def measure(count: int, rows: int, server: PostgresServer | None) -> str:
    """Kill it so many times; what was found, or an AssertionError that says what was lost."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder) / "home")
        if server:
            installation.environment["KEBU_DATABASE_URL"] = create_database(server.url, f"killed_{Path(folder).name}")
        installation.init()
        tally = rounds(installation, count, rows)
        done = installation.run("check")
        if done.returncode:
            raise AssertionError(done.stderr)
    database = "PostgreSQL" if server else "SQLite"
    created, changed = len(tally.created), sum(map(len, tally.remarks.values()))
    return (
        f"F1, {database}: killed {tally.kills} times during imports of {rows:,} rows. {created:,} records and "
        f"{changed:,} changes were acknowledged and are there, every import is whole or absent, the database is sound."
    )
