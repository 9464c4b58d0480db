-- Script for wrk: posts the file named by BODY, and prints one line of key=value at the end.
local file = assert(io.open(os.getenv("BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"

function done(summary, latency, requests)
  local e, seconds = summary.errors, summary.duration / 1e6
  local ok = summary.requests - e.status
  io.write(string.format(
    "KV ok=%d rps=%.1f p50=%.1f p90=%.1f p99=%.1f p999=%.1f max=%.1f err=%d secs=%.3f\n",
    ok, ok / seconds, latency:percentile(50), latency:percentile(90), latency:percentile(99),
    latency:percentile(99.9), latency.max, e.status + e.connect + e.read + e.write + e.timeout, seconds))
end
