"""A Spark cluster of two workers on this machine, each with Python processes of its own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The session; skipped only where Java or PySpark is missing."""
    pyspark = pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("no Java here")
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.executor.memory": "512m",
        "spark.ui.enabled": "false",
        "spark.scheduler.minRegisteredResourcesRatio": "1",  # no task begins before both are there
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "120s",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SPARK_HOME", str(Path(pyspark.__file__).parent))
        patched.setenv("SPARK_WORKER_DIR", str(folder / "work"))
        patched.setenv("PYSPARK_PYTHON", sys.executable)
        patched.setenv("PYTHONPATH", str(SOURCE), prepend=os.pathsep)
        building = SparkSession.builder.master("local-cluster[2,1,1024]")
        for name, value in settings.items():
            building = building.config(name, value)
        session = building.getOrCreate()
        yield session
        session.stop()
