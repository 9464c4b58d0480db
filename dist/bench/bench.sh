#!/bin/bash
# Measures gateways side by side, in alternating rounds. See README.md; ./run is the simple way in.
#   ./bench.sh [-r ROUNDS] [-d SECONDS] [-w WARM_UP_SECONDS] [-c COLD_STARTS] [-p "PHASES"] [-o FOLDER] TARGET...
# TARGET is the name of a file in targets/. Traffic stays on 127.0.0.1; every loop is bounded in count and time.
set -u
cd "$(dirname "$(readlink -f "$0")")" || exit 1
HERE=$PWD
ROUNDS=3 SECS=8 WARM=10 COLD=3 OUT=$HERE/out/$(date +%Y%m%d-%H%M%S)
PHASES="c1 c16 c64 c128 r500 sse10"
MOCK=9100
: "${JAVA:=${JAVA_HOME:+$JAVA_HOME/bin/}java}"
: "${QUIET:=10}" "${QUIET_WAIT:=45}" "${RETRY:=2}"    # noise: see README.md
TICKS=$(getconf CLK_TCK) CORES=$(nproc) PAGE=$(getconf PAGESIZE)

usage() { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
while getopts r:d:w:c:p:o: option; do
  case $option in
    r) ROUNDS=$OPTARG;; d) SECS=$OPTARG;; w) WARM=$OPTARG;; c) COLD=$OPTARG;; p) PHASES=$OPTARG;;
    o) OUT=$(readlink -m "$OPTARG");; *) usage;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage
[ "$ROUNDS" -le 20 ] && [ "$COLD" -ge 1 ] && [ "$COLD" -le 20 ] && [ "$SECS" -le 120 ] && [ "$WARM" -le 120 ] ||
  { echo "at most 20 rounds, 1 to 20 cold starts, and 120 s a cell" >&2; exit 2; }
mkdir -p "$OUT"
CSV=$OUT/results.csv
: >"$CSV"

say() { echo "$(date +%T) $*" | tee -a "$OUT/bench.log" >&2; }
emit() { echo "$1,$2,$3,$4,$5" >>"$CSV"; }            # round, target, phase, key, value

# --- processes: a target is one session (setsid); its processor time and memory are those of the session ---

session() { # ID -> "ticks resident_kib pids..."
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v s="$1" -v page="$PAGE" '
    { id = $1; line = $0; sub(/^.*\) /, "", line); split(line, f, " ")
      if (f[4] == s && f[1] != "Z") { ticks += f[12] + f[13]; pages += f[22]; pids = pids " " id } }
    END { printf "%d %d%s\n", ticks, pages * page / 1024, pids }'
}
ticks_of() { if [ -n "$1" ]; then session "$1" | cut -d' ' -f1; else echo 0; fi; }
resident_of() { session "$1" | cut -d' ' -f2; }
pids_of() { session "$1" | cut -d' ' -f3-; }
machine_ticks() { awk '/^cpu /{ print $2 + $3 + $4 }' /proc/stat; }

stop_session() {
  local pids _
  pids=$(pids_of "$1")
  [ -n "$pids" ] || return 0
  kill -TERM $pids 2>/dev/null
  for _ in $(seq 100); do
    pids=$(pids_of "$1")
    [ -z "$pids" ] && return 0
    sleep 0.1
  done
  kill -KILL $pids 2>/dev/null
}

# --- targets ---

declare -A SESSION
load_target() { # NAME -> URL START ENVIRONMENT PREPARE WARM_UP
  START=() ENVIRONMENT=() URL="" PREPARE="" WARM_UP=$WARM
  [ -f "targets/$1.conf" ] || { echo "there is no targets/$1.conf" >&2; exit 2; }
  . "targets/$1.conf"
}
start_target() { # NAME
  load_target "$1"
  setsid env "${ENVIRONMENT[@]+"${ENVIRONMENT[@]}"}" "${START[@]}" >>"$OUT/$1.log" 2>&1 &
  SESSION[$1]=$!
}
cleanup() {
  trap '' INT TERM
  local id
  for id in "${SESSION[@]+"${SESSION[@]}"}"; do [ -z "$id" ] || stop_session "$id"; done
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# --- noise: what everybody else does with the machine ---

foreign_now() {
  local before after
  before=$(machine_ticks); sleep 1; after=$(machine_ticks)
  echo $(((after - before) * 100 / (CORES * TICKS)))
}
wait_quiet() { # at most QUIET_WAIT seconds
  local i
  for i in $(seq "$QUIET_WAIT"); do [ "$(foreign_now)" -lt "$QUIET" ] && return; done
  say "still not quiet after $QUIET_WAIT s"
}

# --- cells: one target under one load ---

load() { # PHASE TARGET SECONDS: prints a line of key=value
  local connections
  load_target "$2"
  case $1 in
    c[0-9]*) connections=${1#c}
      BODY=bodies/fast.json wrk -t "$((connections < 2 ? 1 : 2))" -c "$connections" -d "$3s" --timeout 5s --latency \
        -s post.lua "$URL" | grep '^KV';;
    r[0-9]*) bin/lg -u "$URL" -b bodies/fast.json -r "${1#r}" -d "$3";;
    lat50) bin/lg -u "$URL" -b bodies/lat50.json -r 500 -d "$3";;
    sse0) bin/lg -u "$URL" -b bodies/sse0.json -s -c 16 -d "$3";;
    sse10) bin/lg -u "$URL" -b bodies/sse10.json -s -r 100 -d "$3";;
    *) echo "there is no phase $1" >&2; exit 2;;
  esac
}
upstream_calls() { curl -s "http://127.0.0.1:$MOCK/stats" | sed 's/.*"requests":\([0-9]*\).*/\1/'; }
watch_memory() { # SESSION FILE: twice a second, until killed
  local _
  for _ in $(seq 600); do resident_of "$1" >>"$2"; sleep 0.5; done
}
foreign_share() { # "key=value ..." -> percent of the machine used by neither target, mock nor generator
  awk -v cores="$CORES" -v ticks="$TICKS" '{
    for (i = 1; i <= NF; i++) { split($i, a, "="); v[a[1]] = a[2] }
    split(v["generator"], g, "+")
    other = (v["busy"] - v["ticks"] - v["mock_ticks"]) / ticks - g[1] - g[2]
    x = v["wall"] > 0 ? other / (cores * v["wall"]) * 100 : 0
    printf "%.1f", x < 0 ? 0 : x }' <<<"$1"
}
try_cell() { # TARGET PHASE: prints a line of key=value
  local target=$1 phase=$2 id=${SESSION[$1]:-} memory watcher="" line t0 m0 b0 u0 w0
  memory=$(mktemp)
  [ -z "$id" ] || { watch_memory "$id" "$memory" & watcher=$!; }
  t0=$(ticks_of "$id") m0=$(ticks_of "${SESSION[mock]}") b0=$(machine_ticks) u0=$(upstream_calls) w0=$EPOCHREALTIME
  line=$({ TIMEFORMAT='generator=%U+%S'; time load "$phase" "$target" "$SECS"; } 2>&1 | grep -o '[a-z_0-9]*=[-0-9.+]*')
  line="$line wall=$(awk -v a="$w0" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f", b - a }')"
  line="$line busy=$(($(machine_ticks) - b0)) ticks=$(($(ticks_of "$id") - t0))"
  line="$line mock_ticks=$(($(ticks_of "${SESSION[mock]}") - m0)) upstream=$(($(upstream_calls) - u0))"
  if [ -n "$watcher" ]; then
    kill "$watcher" 2>/dev/null
    wait "$watcher" 2>/dev/null
    line="$line resident=$(sort -n "$memory" | tail -1)"
  fi
  rm -f "$memory"
  echo $line
}
cell() { # ROUND TARGET PHASE: the quietest of a few tries counts
  local try line share best="" least=1000 pair
  for try in $(seq 0 "$RETRY"); do
    wait_quiet
    line=$(try_cell "$2" "$3")
    share=$(foreign_share "$line")
    if awk -v a="$share" -v b="$least" 'BEGIN { exit !(a < b) }'; then best=$line least=$share; fi
    awk -v a="$share" -v q="$QUIET" 'BEGIN { exit !(a < q) }' && break
  done
  for pair in $best foreign="$least" tries="$((try + 1))"; do emit "$1" "$2" "$3" "${pair%%=*}" "${pair#*=}"; done
  say "round $1 $3 $2:$(grep -oE ' (rps|p50|p99|err|ttft50|reads_per_stream)=[^ ]*' <<<" $best" | tr -d '\n') foreign=$least%"
}
cold_start() { # ROUND TARGET: from the start of the process to the first right answer, asked for every 2 ms
  local begun answer ended
  wait_quiet
  load_target "$2"
  [ -z "$PREPARE" ] || $PREPARE || exit 1
  begun=$(date +%s%N)
  start_target "$2"
  answer=$(bin/lg -U -d 90 -u "$URL" -b bodies/fast.json) || { say "$2 did not come up, see $OUT/$2.log"; exit 1; }
  ended=${answer#*wall_ns=}
  emit "$1" "$2" cold ms "$(((ended - begun) / 1000000))"
  emit "$1" "$2" cold ticks "$(ticks_of "${SESSION[$2]}")"
  sleep 2
  emit "$1" "$2" cold resident "$(resident_of "${SESSION[$2]}")"
  say "round $1 cold $2: $(((ended - begun) / 1000000)) ms"
}

# --- the measurement ---

if curl -sf -o /dev/null "http://127.0.0.1:$MOCK/health"; then
  echo "port $MOCK is taken, probably by the mock of another measurement" >&2
  exit 1
fi
setsid bin/mock -p "$MOCK" 2>>"$OUT/mock.log" &
SESSION[mock]=$!
sleep 0.3

STARTED=()
for target in "$@"; do
  load_target "$target"
  [ ${#START[@]} -eq 0 ] || STARTED+=("$target")
done
for round in $(seq "$COLD"); do                       # the last one stays up
  for target in "${STARTED[@]+"${STARTED[@]}"}"; do
    cold_start "$round" "$target"
    [ "$round" -eq "$COLD" ] || { stop_session "${SESSION[$target]}"; SESSION[$target]=""; }
  done
done
for target in "$@"; do
  load_target "$target"
  say "warm-up $target ($WARM_UP s)"
  load c64 "$target" "$WARM_UP" >/dev/null
  load sse0 "$target" $(((WARM_UP + 1) / 2)) >/dev/null
done
for round in $(seq "$ROUNDS"); do
  for phase in $PHASES; do
    for target in "$@"; do cell "$round" "$target" "$phase"; done
  done
done
for target in "${STARTED[@]+"${STARTED[@]}"}"; do emit "$ROUNDS" "$target" after resident "$(resident_of "${SESSION[$target]}")"; done
python3 summary.py "$CSV" >"$OUT/table.md" && cat "$OUT/table.md"
