"""Livy and MLflow: table rows and probes."""

from __future__ import annotations

from cluster.database import database_url
from cluster.hadoop import HDFS
from cluster.java import LIVY_EXPORTS, LIVY_OPENS, java_command, opens
from cluster.layout import BASE_PYTHON
from cluster.local_site import Site
from cluster.process import Process
from cluster.web import get_json, get_text


def livy_process(site: Site) -> Process:
    """Livy's row of the table: Spark batches over REST."""
    layout = site.layout
    conf = layout.conf
    spark_options = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

    def probe() -> str:
        get_json(site.url("livy", "/batches"))
        return ""

    return Process(
        name="livy",
        note="Spark batches on YARN; web page at the same port",
        command=java_command(
            layout,
            main="org.apache.livy.server.LivyServer",
            classpath=f"{conf / 'livy'}:{layout.jars / 'livy'}/*:{conf / 'hadoop'}",
            heap_mb=192,
            options=[
                *opens(LIVY_OPENS),
                *(f"--add-exports=java.base/{package}=ALL-UNNAMED" for package in LIVY_EXPORTS),
            ],
        ),
        probe=probe,
        ports=site.some("livy"),
        needs=("resourcemanager", "nodemanager", *HDFS),
        env={
            "LIVY_HOME": str(layout.home),
            "LIVY_CONF_DIR": str(conf / "livy"),
            "LIVY_LOG_DIR": str(layout.logs),
            "SPARK_HOME": str(layout.spark_home),
            "SPARK_CONF_DIR": str(conf / "spark"),
            "SPARK_SUBMIT_OPTS": f"{spark_options} -Djdk.net.hosts.file={layout.hosts_file}",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "HADOOP_CONF_DIR": str(conf / "hadoop"),
            "YARN_CONF_DIR": str(conf / "hadoop"),
            "PYSPARK_PYTHON": str(BASE_PYTHON),
        },
        memory_mb=160,
    )


def mlflow_process(site: Site) -> Process:
    """MLflow's row of the table: the tracking server with its model registry."""
    layout = site.layout

    def probe() -> str:
        text = get_text(site.url("mlflow", "/health"))
        return "" if text.strip() == "OK" else f"health is {text[:80]}"

    return Process(
        name="mlflow",
        note="runs, metrics and the model registry; web page at the same port",
        command=(
            str(layout.airflow_venv / "bin" / "python"),
            *("-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(site.ports["mlflow"])),
            *("--workers", "1", "--serve-artifacts"),
        ),
        probe=probe,
        ports=site.some("mlflow"),
        needs=("postgres",),
        env={
            "PATH": f"{layout.airflow_venv / 'bin'}:/usr/bin:/bin",
            "MLFLOW_BACKEND_STORE_URI": database_url(site, "mlflow"),
            "MLFLOW_ARTIFACTS_DESTINATION": (layout.data / "mlflow").as_uri(),
            "MLFLOW_DEFAULT_ARTIFACT_ROOT": "mlflow-artifacts:/",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # eight more processes, for what is not used here
        },
        memory_mb=450,
        prepare=lambda: (layout.data / "mlflow").mkdir(parents=True, exist_ok=True),
    )
