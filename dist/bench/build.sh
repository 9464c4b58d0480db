#!/bin/sh
# Builds the mock and the load generator, and writes the bodies, where they are missing or old.
set -eu
cd "$(dirname "$0")"
mkdir -p bin
[ -n "$(find bin/mock -newer mock.c 2>/dev/null)" ] || cc -O2 -pthread -o bin/mock mock.c
[ -n "$(find bin/lg -newer lg.c 2>/dev/null)" ] || cc -O2 -o bin/lg lg.c
[ -s bodies/sse10.json ] || sh mkbodies.sh
