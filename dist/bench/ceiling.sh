#!/bin/bash
# ceiling.sh [SECONDS] [ROUNDS] - how much the mock itself can do, beside nginx answering from its configuration.
set -u
cd "$(dirname "$(readlink -f "$0")")" || exit 1
seconds=${1:-10} rounds=${2:-3}
[ "$seconds" -le 60 ] && [ "$rounds" -le 10 ] || { echo "at most 10 rounds of 60 s" >&2; exit 2; }
./build.sh || exit 1
mkdir -p out/ceiling
bin/mock -p 9102 & one=$!
bin/mock -p 9103 -t 2 & two=$!
nginx -p "$PWD/out/ceiling/" -c "$PWD/nginx/static.conf" & static=$!
trap 'kill $one $two $static' EXIT
sleep 1
for round in $(seq "$rounds"); do
  for target in mock-1-thread:9102 mock-2-threads:9103 nginx-static:9101; do
    echo "round $round ${target%:*} $(BODY=bodies/fast.json wrk -t2 -c64 -d"${seconds}s" --latency -s post.lua \
      "http://127.0.0.1:${target#*:}/v1/chat/completions" | grep '^KV')"
  done
  echo "round $round mock-streams $(bin/lg -s -c 16 -d "$seconds" -b bodies/sse0.json -u http://127.0.0.1:9102/v1/chat/completions)"
done
