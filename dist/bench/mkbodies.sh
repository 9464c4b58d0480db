#!/bin/sh
# Writes the request bodies of about 1 KB into bodies/, one for each behaviour of the mock.
set -eu
cd "$(dirname "$0")"
mkdir -p bodies
system="You are a helpful assistant for the measurement bench. Answer with care and keep the same length every time."
user=""
for i in 0 1 2 3 4 5 6 7; do
  user="${user}Please summarise paragraph $i of the report on steady throughput, tail latency and cost per call. "
done
body() { # file model more
  printf '{"model":"%s","messages":[{"role":"system","content":"%s"},{"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":256%s}' \
    "$2" "$system" "$user" "$3" >"bodies/$1.json"
}
body fast mock ''
body lat50 mock-lat50 ''
body sse0 mock ',"stream":true'
body sse10 mock-sse10 ',"stream":true'
