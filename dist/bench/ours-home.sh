#!/bin/sh
# ours-home.sh ARCHIVE HOME - a home folder for the measurement: all as shipped, but the mock for a provider.
set -eu
archive=$1 home=$2
mkdir -p "$home/conf" "$home/data" "$home/logs"
for part in rules routes plugins; do
  if [ -d "$archive/$part" ] && [ ! -d "$home/$part" ]; then cp -R "$archive/$part" "$home/$part"; fi
done
cat >"$home/conf/formulary.yaml" <<'YAML'
node: bench
providers:
  - id: mock
    kind: openai
    base-url: http://127.0.0.1:9100/v1
    api-key: sk-mock
    discover: false
    models: [mock, mock-lat50, mock-sse10]
YAML
