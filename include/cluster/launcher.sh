#!/bin/bash
# hadoop, hdfs, yarn and mapred of the local cluster: one script, which acts by the name it is called by.
set -euo pipefail
tool=$$(basename "$$0")
export HADOOP_CONF_DIR=$${HADOOP_CONF_DIR:-$conf}
level=$${HADOOP_ROOT_LOGGER:-INFO,console}
while [[ $$# -gt 0 ]]; do
  case $$1 in
    --config) export HADOOP_CONF_DIR=$$2; shift 2 ;;
    --loglevel) level=$$2,console; shift 2 ;;
    *) break ;;
  esac
done
classpath=$$HADOOP_CONF_DIR:$${HADOOP_CLASSPATH:+$$HADOOP_CLASSPATH:}$classpath
usage() {
  echo "Usage: $$tool [--config DIR] [--loglevel LEVEL] COMMAND [ARGUMENTS]; commands: $$1" >&2
  exit 1
}
command=$${1:-}
[[ $$# -gt 0 ]] && shift
hdfs=org.apache.hadoop.hdfs.tools
cli=org.apache.hadoop.yarn.client.cli
case "$$tool $$command" in
  "hadoop fs" | "hdfs dfs") main=org.apache.hadoop.fs.FsShell ;;
  "hadoop distcp") main=org.apache.hadoop.tools.DistCp ;;
  "hadoop jar" | "yarn jar") main=org.apache.hadoop.util.RunJar ;;
  "hadoop key") main=org.apache.hadoop.crypto.key.KeyShell ;;
  "hadoop credential") main=org.apache.hadoop.security.alias.CredentialShell ;;
  "hadoop version" | "hdfs version" | "yarn version" | "mapred version") main=org.apache.hadoop.util.VersionInfo ;;
  "hadoop classpath" | "hdfs classpath" | "yarn classpath" | "mapred classpath") echo "$$classpath"; exit 0 ;;
  "hdfs dfsadmin") main=$$hdfs.DFSAdmin ;;
  "hdfs fsck") main=$$hdfs.DFSck ;;
  "hdfs balancer") main=org.apache.hadoop.hdfs.server.balancer.Balancer ;;
  "hdfs getconf") main=$$hdfs.GetConf ;;
  "hdfs haadmin") main=$$hdfs.DFSHAAdmin ;;
  "hdfs snapshotDiff") main=$$hdfs.snapshot.SnapshotDiff ;;
  "hdfs lsSnapshottableDir") main=$$hdfs.snapshot.LsSnapshottableDir ;;
  "hdfs crypto") main=$$hdfs.CryptoAdmin ;;
  "hdfs storagepolicies") main=$$hdfs.StoragePolicyAdmin ;;
  "hdfs oiv") main=$$hdfs.offlineImageViewer.OfflineImageViewerPB ;;
  "hdfs oev") main=$$hdfs.offlineEditsViewer.OfflineEditsViewer ;;
  "yarn application" | "yarn app") main=$$cli.ApplicationCLI; set -- "$$command" "$$@" ;;
  "yarn applicationattempt" | "yarn container") main=$$cli.ApplicationCLI; set -- "$$command" "$$@" ;;
  "yarn logs") main=$$cli.LogsCLI ;;
  "yarn node") main=$$cli.NodeCLI ;;
  "yarn queue") main=$$cli.QueueCLI ;;
  "yarn rmadmin") main=$$cli.RMAdminCLI ;;
  "yarn top") main=$$cli.TopCLI ;;
  "mapred streaming") main=org.apache.hadoop.streaming.HadoopStreaming ;;
  "mapred job") main=org.apache.hadoop.mapred.JobClient ;;
  "mapred queue") main=org.apache.hadoop.mapred.JobQueueClient ;;
  "mapred distcp") main=org.apache.hadoop.tools.DistCp ;;
  "hadoop ") usage "fs jar distcp key credential version classpath, or a class name" ;;
  "hdfs ") usage "dfs dfsadmin fsck balancer getconf snapshotDiff lsSnapshottableDir storagepolicies crypto" ;;
  "yarn ") usage "application logs node queue rmadmin jar" ;;
  "mapred ") usage "streaming job queue distcp" ;;
  *.*) main=$$command ;;
  *) echo "ERROR: $$command is not COMMAND nor fully qualified CLASSNAME." >&2; usage "see $$tool without arguments" ;;
esac
# The JVMs' hosts file must know this machine's name, also when it has changed since `up`.
grep -qw -- "$$HOSTNAME" "$hosts" 2> /dev/null || echo "127.0.0.1 $$HOSTNAME" >> "$hosts"
# shellcheck disable=SC2086 # options are lists of arguments
exec "$java_home/bin/java" -Xmx$${HADOOP_HEAPSIZE_MAX:-512m} $options -Dhadoop.root.logger="$$level" \
  $${HADOOP_OPTS:-} $${HADOOP_CLIENT_OPTS:-} -cp "$$classpath" "$$main" "$$@"
