"""Kafka in folders of any name, on machines of any language: what is written lies there and nowhere else."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from workers.storage.kafka import Cluster

NAME = "dä, #t\\a? 100%25 ="


@pytest.mark.timeout(120)
def test_a_folder_of_any_name_on_a_machine_without_a_locale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "POSIX")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Duser.language=tr -Duser.country=TR")
    data = tmp_path / NAME
    with LocalKafka(data) as kafka:
        identity = kafka.cluster_id
        assert asyncio.run(_cluster_id(kafka.bootstrap)) == identity
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (data / "node-1" / "log" / "meta.properties").is_file()
    (data / "cluster.json").write_text("{")  # damaged: the records still know whose they are
    assert LocalKafka(data).cluster_id == identity


async def _cluster_id(bootstrap: str) -> str:
    admin = Cluster(bootstrap).admin()
    try:
        await admin.start()
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()


def test_the_cause_of_a_java_stack_is_shown() -> None:
    from deploy.local.java import cause_of

    stack = 'INFO starting\nException in thread "main" java.lang.RuntimeException: no\n\tat a.b(C.java:1)\n'
    stack += "Caused by: java.io.IOException: the folder is read-only\n\tat d.e(F.java:2)\n\t... 7 more\n"
    assert "the folder is read-only" in cause_of(stack)
    assert "F.java" not in cause_of(stack)


def test_what_a_service_writes_is_its_owners(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom deploy.local.serve import serve\n"
        "class One:\n"
        "    def start(self): Path(sys.argv[1]).write_text('x')\n"
        "    def stop(self): pass\n"
        "    def wait(self): return ''\n"
        "serve('one', One(), 'x')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "f")], check=False, capture_output=True)
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o600
