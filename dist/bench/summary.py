#!/usr/bin/env python3
"""Turns the results.csv of bench.sh into Markdown: median [min–max] over the rounds, ratios taken round by round."""
import collections
import csv
import os
import statistics
import sys

TICKS = os.sysconf("SC_CLK_TCK")
MILLI = 1e-3
MIB = 1 / 1024


def read(path):
    """(target, phase, key) -> {round: value}, and the targets and phases in order of appearance."""
    data, targets, phases = collections.defaultdict(dict), {}, {}
    with open(path, encoding="utf-8") as file:
        for round_, target, phase, key, value in csv.reader(file):
            try:
                data[target, phase, key][int(round_)] = float(value)
            except ValueError:
                continue
            targets[target] = phases[phase] = True
    first = [t for t in ("direct", "nginx") if t in targets]
    return data, first + [t for t in targets if t not in first], list(phases)


DATA, TARGETS, PHASES = read(sys.argv[1])


def get(target, phase, key):
    return DATA.get((target, phase, key), {})


def number(x):
    size = abs(x)
    if size == 0:
        return "0"
    return f"{x:,.0f}" if size >= 100 else f"{x:.1f}" if size >= 10 else f"{x:.2f}" if size >= 0.1 else f"{x:.3f}"


def cell(values, scale=1.0):
    values = [value * scale for value in values]
    if not values:
        return "–"
    middle = number(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} [{number(min(values))}–{number(max(values))}]"


def shown(target, phase, key, scale=1.0):
    return cell(get(target, phase, key).values(), scale)


def total(target, phase, key):
    return number(sum(get(target, phase, key).values()))


def ratio(a, b):
    return cell([a[r] / b[r] for r in a if b.get(r)])


def cpu_micros(target, phase):
    """Processor time of the target for one answer, in microseconds."""
    ticks, answers = get(target, phase, "ticks"), get(target, phase, "ok")
    return cell([ticks[r] / TICKS / answers[r] * 1e6 for r in ticks if answers.get(r) and ticks[r] > 0])


def upstream(target, phase):
    """1 when each answer took one call; less means that a cache answered, more that something was retried."""
    return ratio(get(target, phase, "upstream"), get(target, phase, "ok"))


def table(title, head, row, key):
    rows = [[target] + row(target) for target in TARGETS if key(target)]
    if not rows:
        return
    print(f"## {title}\n")
    print("| " + " | ".join(["target"] + head) + " |")
    print("|" + "---|" * (len(head) + 1))
    for each in rows:
        print("| " + " | ".join(each) + " |")
    print()


def throughput(phase):
    connections = phase[1:]
    table(f"Throughput with {connections} connection{'s' if connections != '1' else ''} (1 KB in, 1 KB out)",
          ["answers/s", "× direct", "× nginx", "× vertx", "CPU µs per answer", "p50 ms", "p99 ms", "MiB under load",
           "upstream calls per answer", "errors"],
          lambda t: [shown(t, phase, "rps"),
                     *(ratio(get(t, phase, "rps"), get(base, phase, "rps")) for base in ("direct", "nginx", "vertx")),
                     cpu_micros(t, phase), shown(t, phase, "p50", MILLI), shown(t, phase, "p99", MILLI),
                     shown(t, phase, "resident", MIB), upstream(t, phase), total(t, phase, "err")],
          lambda t: get(t, phase, "rps"))


def latency(phase):
    title = "500 requests/s, the upstream takes 50 ms" if phase == "lat50" else f"{phase[1:]} requests/s"
    table(f"Latency, open loop at {title} (ms)",
          ["p50", "p99 of a typical second", "p99", "p99.9", "CPU µs per answer", "upstream calls per answer", "errors"],
          lambda t: [shown(t, phase, key, MILLI) for key in ("p50", "p99s", "p99", "p999")]
          + [cpu_micros(t, phase), upstream(t, phase), total(t, phase, "err")],
          lambda t: get(t, phase, "p50"))


def streams(phase):
    title = ("Streams, 16 at once, 20 chunks each without delay" if phase == "sse0"
             else "Time to first token (open loop, 100 streams/s, 10 ms between 20 chunks; ms)")
    table(title,
          ["streams/s", "first token p50", "p95 of a typical second", "p99", "chunk gap p99", "CPU µs per stream",
           "reads per stream", "errors"],
          lambda t: [shown(t, phase, "rps")]
          + [shown(t, phase, key, MILLI) for key in ("ttft50", "ttft95s", "ttft99", "gap99")]
          + [cpu_micros(t, phase), shown(t, phase, "reads_per_stream"), total(t, phase, "err")],
          lambda t: get(t, phase, "ttft50"))


print("Median [min–max] over the rounds. Ratios are taken inside one round, then summed up.\n")
table("Cold start (process start to first right answer through it)",
      ["ms", "CPU s", "MiB idle", "MiB after all load"],
      lambda t: [shown(t, "cold", "ms"), shown(t, "cold", "ticks", 1 / TICKS), shown(t, "cold", "resident", MIB),
                 shown(t, "after", "resident", MIB)],
      lambda t: get(t, "cold", "ms"))
MEASURED = [phase for phase in PHASES if phase not in ("cold", "after")]
for each_phase in MEASURED:
    if each_phase[0] == "c":
        throughput(each_phase)
    elif each_phase[:3] == "sse":
        streams(each_phase)
    else:
        latency(each_phase)
if "c16" in MEASURED and "c128" in MEASURED:
    table("Flatness: throughput with 128 connections as a share of that with 16", ["share"],
          lambda t: [ratio(get(t, "c128", "rps"), get(t, "c16", "rps"))], lambda t: get(t, "c16", "rps"))
table("Noise: percent of the machine used by others while a cell ran", MEASURED,
      lambda t: [shown(t, phase, "foreign") for phase in MEASURED], lambda t: True)
