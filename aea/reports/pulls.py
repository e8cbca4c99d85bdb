"""`aea github status` and `aea gitlab status`: token origin (never the token), last sync, coverage, requests left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.console import visible
from aea.forge.token import find_token
from aea.ingest.forges import list_hosts
from aea.reports import freshness, query, render, repository_filter

if TYPE_CHECKING:
    from aea.forge.base import Forge
    from aea.ingest.forges import ForgeHost
    from aea.reports.query import Row


def hosts_to_sync(forge: Forge, named: str | None) -> list[ForgeHost]:
    """The hosts and repositories to sync, after catching up; `named` limits them to one."""
    connection = freshness.reader()
    try:
        rows = query.report(connection, "pulls")
        only = repository_filter.choose(connection, named, all_projects=True)
    finally:
        connection.close()
    keys = [row["repository"] for row in rows if only in (None, row["repository"])]
    return list_hosts(forge, keys, os.environ)


def show(forge: Forge, output: str) -> str:
    """Hosts, then repositories; CSV has only the repositories."""
    connection = freshness.reader()
    try:
        rows = query.report(connection, "pulls")
    finally:
        connection.close()
    found = list_hosts(forge, [row["repository"] for row in rows], os.environ)
    ours = {key for host in found for key in host.repository_keys}
    rows = [row for row in rows if row["repository"] in ours]
    hosts: list[Row] = [_host(forge, host) for host in found]
    if output == "json":
        return render.as_json({"forge": forge.NAME, "hosts": hosts, "repositories": rows})
    if output == "csv":
        return render.as_csv(rows)
    return _as_text(forge, hosts, rows)


def _host(forge: Forge, host: ForgeHost) -> Row:
    token = find_token(forge, host.host, os.environ)
    return {"host": host.host, "token_origin": token.origin if token else None}


def _as_text(forge: Forge, hosts: list[Row], rows: list[Row]) -> str:
    if not rows:
        return f"No known repository is on {forge.TITLE}."
    lines = [
        visible(f"{host['host']}: token from {host['token_origin']}")
        if host["token_origin"]
        else f"{host['host']}: no token; set {forge.TOKEN_VARIABLE}, or see: aea {forge.NAME} token --help"
        for host in hosts
    ]
    body = [
        [
            row["repository"],
            row["sync_status"] or "never synced",
            row["completed_at"] or "-",
            str(row["pull_request_count"]),
            f"{row['looked_up_commit_count']} / {row['eligible_commit_count']}",
            render.share(row["lookup_coverage"]),
            render.text(row["rate_remaining"]),
        ]
        for row in rows
    ]
    header = [
        "Repository",
        "Last sync",
        "Complete",
        "Pulls",
        "AI commits known",
        "Share",
        "Requests left",
    ]
    lines += ["", render.as_table(header, body, left=3)]
    lines += [
        visible(f"{row['repository']}: sync again after {row['resume_at']}")
        for row in rows
        if row["resume_at"]
    ]
    return "\n".join(lines)
