"""The rule `state-without-volume`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import identified
from dfopt.rules.shared.entry import entries
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import Cmd, Entrypoint

_FOLDERS = {
    "arangod": "/var/lib/arangodb3",
    "cassandra": "/var/lib/cassandra",
    "clickhouse-server": "/var/lib/clickhouse",
    "cockroach": "/cockroach/cockroach-data",
    "couchdb": "/opt/couchdb/data",
    "elasticsearch": "/usr/share/elasticsearch/data",
    "etcd": "/var/lib/etcd",
    "influxd": "/var/lib/influxdb",
    "mariadbd": "/var/lib/mysql",
    "mongod": "/data/db",
    "mysqld": "/var/lib/mysql",
    "mysqld_safe": "/var/lib/mysql",
    "neo4j": "/data",
    "opensearch": "/usr/share/opensearch/data",
    "postgres": "/var/lib/postgresql",
    "prometheus": "/prometheus",
    "rabbitmq-server": "/var/lib/rabbitmq",
    "redis-server": "/data",
    "rethinkdb": "/data",
    "slapd": "/var/lib/ldap",
    "valkey-server": "/data",
}
"""Programs that keep data, and where they usually do."""

_QUERIES = frozenset({"-?", "-h", "-v", "-V", "--help", "--version"})


class StateWithoutVolume(Rule):
    """A database keeps its data in the container.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that runs a database or another program that keeps data, where the
    file declares no VOLUME. A stage on the program's own image is left out: such images declare one.

    ## Why is this bad

    Without a volume the data are in the container's own layer: they are gone with the container, and each write goes
    through the file system of layers, which copies whole files and is slow. A VOLUME makes the engine keep them apart,
    and tells those who run the image which folder to keep.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends mariadb-server && rm -rf /var/lib/apt/lists/*
    CMD ["mysqld"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends mariadb-server && rm -rf /var/lib/apt/lists/*
    VOLUME /var/lib/mysql
    CMD ["mysqld"]
    ```
    """

    id = "state-without-volume"
    severity = Severity.INFO
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        for entry in entries(model) if final else ():
            program = next((each.program for each in entry.commands if _keeps_data(each)), None)
            if final and program and not final.config.volumes and not _may_declare(final.root_base):
                folder = _FOLDERS[program]
                yield Finding(
                    entry.instruction,
                    f"{program} keeps its data in the container, as no VOLUME is declared",
                    help=f"declare the folder of its data, such as VOLUME {folder}",
                )


def _keeps_data(command: Command) -> bool:
    return command.program in _FOLDERS and not any(word.value in _QUERIES for word in command.arguments)


def _may_declare(reference: str | None) -> bool:
    """Whether the base may declare a volume: where it is not a plain distribution, a language or empty."""
    from dfopt.knowledge.bases import Kind

    base = identified(reference) if reference else None
    return base is None or base.kind is Kind.APPLICATION
