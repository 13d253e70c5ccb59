#!/usr/bin/env bash
# What of the Dockerfile can be checked without a container engine: its packages install into a clean environment, the
# command starts as it says, on a data folder alone, answers its health check, refuses strangers, stops when asked.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "${service:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile '.[server,postgres]'
size=$(du -sm "$work/venv" | cut -f1)
echo "environment: $size MB"
# the image may have 600 MB, of which the one that it starts from takes less than 150
[ "$size" -le 450 ] || { echo "too large for the image"; exit 1; }

cd "$work"
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
if "$work/venv/bin/invoiceocr" serve --host 0.0.0.0 --port "$port" --data data 2>/dev/null; then
  echo "started without a token"; exit 1
fi
INVOICEOCR_TOKEN=secret PYTHONDONTWRITEBYTECODE=1 "$work/venv/bin/invoiceocr" serve --host 0.0.0.0 --port "$port" --data data 2>"$work/log" &
service=$!
ask() { "$work/venv/bin/python" -c "
import sys, urllib.error, urllib.request as r
try: print(r.urlopen(r.Request('http://127.0.0.1:$port$1', headers={'Authorization': 'Bearer $2'}), timeout=5).status)
except urllib.error.HTTPError as e: print(e.code)
except OSError: print(0)"; }
for _ in $(seq 120); do [ "$(ask /readyz '')" = 200 ] && break; sleep 0.5; done
[ "$(ask /readyz '')" = 200 ] || { cat "$work/log"; exit 1; }
[ "$(ask /v1/invoices '')" = 401 ] || { echo "a stranger was let in"; exit 1; }
[ "$(ask /v1/invoices secret)" = 200 ] || { echo "the token is not taken"; exit 1; }
for page in / /results /review /docs /static/style.css; do
  [ "$(ask "$page" secret)" = 200 ] || { echo "$page is not there"; exit 1; }
done
kill -TERM "$service"
wait "$service" && echo "stopped when asked"
service=
