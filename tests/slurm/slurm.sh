#!/usr/bin/env bash
# A real Slurm on the loopback address, for tests: munge, a controller and a node daemon.
#
#     tests/slurm/slurm.sh start FOLDER    all that it writes is in FOLDER
#     export SLURM_CONF=FOLDER/slurm.conf PATH=FOLDER/bin:$PATH
#     tests/slurm/slurm.sh stop FOLDER     ends these daemons, and no others
#
# Needs Debian's packages slurm-wlm and munge, and root. The node claims eight cores, memory and two
# GPUs that it may not have, so that jobs with the resources of config/slurm can be placed on any machine.
set -euo pipefail

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
  mkdir -p "$folder"/{bin,state,spool}
  folder=$(cd "$folder" && pwd)
  chmod 755 "$folder"
  local host
  host=$(hostname -s)
  (umask 077 && head -c 1024 /dev/urandom > "$folder/munge.key")
  /usr/sbin/munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munge.seed"
  cat > "$folder/slurm.conf" <<END
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
GresTypes=gpu
SlurmdParameters=config_overrides
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
MailProg=/bin/true
ReturnToService=2
MinJobAge=7200
KillWait=10
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=128000 Gres=gpu:2
PartitionName=test Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
  printf "Name=gpu File=%s\n" /dev/null /dev/zero > "$folder/gres.conf"  # any two devices
  # Snakemake's job step drops SLURM_CONF from its surroundings; srun inside it has to find it.
  printf '#!/bin/sh\nSLURM_CONF=%s exec %s "$@"\n' "$folder/slurm.conf" "$(command -v srun)" > "$folder/bin/srun"
  chmod +x "$folder/bin/srun"
  export SLURM_CONF="$folder/slurm.conf"
  /usr/sbin/slurmctld -f "$SLURM_CONF"
  /usr/sbin/slurmd -f "$SLURM_CONF"
  for _ in $(seq 60); do
    if sinfo --noheader --format=%T 2> /dev/null | grep -qE '^(idle|mixed|allocated)'; then
      echo "$SLURM_CONF"
      return
    fi
    sleep 0.5
  done
  echo "error: no node came up; see $folder/slurmctld.log and $folder/slurmd.log" >&2
  exit 1
}

stop() {
  for name in slurmd slurmctld munged; do
    local pid
    pid=$(cat "$folder/$name.pid" 2> /dev/null) || continue
    if [ "$(cat "/proc/$pid/comm" 2> /dev/null)" = "$name" ]; then kill "$pid"; fi
  done
}

folder=${2:?usage: slurm.sh start|stop FOLDER}
case ${1:-} in
  start) start ;;
  stop) stop ;;
  *) echo "usage: slurm.sh start|stop FOLDER" >&2; exit 2 ;;
esac
