#!/usr/bin/env bash
# Prove the Slurm profile: the smoke preset on a real Slurm, one training killed on the way.
#
#     apt-get install slurm-wlm munge; pip install -c constraints.txt -e '.[book,slurm]'
#     tests/slurm/run.sh [PYTHON]      # several minutes: each step is a job, and jobs are polled for
#
# Works in a copy of the repository, so that no run here is touched. The copy and the daemons' files
# are removed at the end unless KEEP is set.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$(command -v "${1:-.venv/bin/python}")
case $python in /*) ;; *) python=$PWD/$python ;; esac

home=$PWD
place=$(mktemp -d)
repository=$place/repository
build=
finish() {
  if [ -n "$build" ]; then kill "$build" 2> /dev/null && wait "$build" || true; fi
  cd "$home"
  tests/slurm/slurm.sh stop "$place/slurm" || true
  if [ -z "${KEEP:-}" ]; then rm -rf "$place"; else echo "kept: $place"; fi
}
trap finish EXIT

mkdir -p "$repository/build"
tar --exclude=./build --exclude=./.venv --exclude=./.git --exclude=./.snakemake -cf - . | tar -xf - -C "$repository"
SLURM_CONF=$(tests/slurm/slurm.sh start "$place/slurm")
export SLURM_CONF PATH="$place/slurm/bin:$PATH"
cd "$repository"

"$python" -m workflow.build --preset smoke --profile slurm > "$place/out.txt" 2>&1 &
build=$!

# Kill the processes of a training's job once it computes: its kernel has the GAN's folder.
killed=
while kill -0 "$build" 2> /dev/null; do
  if [ -z "$killed" ]; then
    job=$(squeue --noheader --states=RUNNING --format='%i %k' | awk '/candidate|train/ {print $1; exit}')
    if [ -n "$job" ]; then
      sleep 4
      if scancel --signal=KILL --full "$job" 2> /dev/null; then killed=$job; echo "killed job $job"; fi
    fi
  fi
  sleep 0.5
done
wait "$build" || { cat "$place/out.txt"; tail -n 50 build/smoke/log/snakemake.txt; exit 1; }
cat "$place/out.txt"

[ -n "$killed" ] || { echo "error: no training was killed" >&2; exit 1; }
[ -f build/smoke/html/index.html ]
jobs=$(squeue --noheader --states=all --format=%i | wc -l)
lost=$(squeue --noheader --states=all --format='%i %T' | grep -vc COMPLETED || true)
echo "complete: $jobs jobs, $lost of them lost and repeated"
[ "$lost" -ge 1 ]
