package dev.formulary.engine.route;

import dev.formulary.engine.Collector;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.telemetry.OtlpTracing;
import dev.formulary.engine.telemetry.TraceTarget;
import dev.formulary.engine.telemetry.Tracing;
import dev.formulary.spi.Provider;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executors;

/// Prints what tracing costs a call: processor time of the call's own thread, in nanoseconds, from its receipt to its answer,
/// with scripted models. Ways are measured in turns, so that a busy machine harms all alike.
final class TraceCost {
    private static final int ROUNDS = 40;
    private static final int CALLS = 1_000;

    private TraceCost() {}

    public static void main(String[] args) throws Exception {
        var desk = new Desk(Files.createTempDirectory("trace-cost"), null);
        desk.dispatching.provider("a").answers("Hello");
        try (var collector = new Collector(); var metrics = new Metrics()) {
            Map<String, Tracing> ways = new LinkedHashMap<>();
            ways.put("off", Tracing.OFF);
            ways.put("off again", Tracing.OFF);
            ways.put("log in JSON", Tracing.LOGGED);
            for (double ratio : new double[]{0, 0.1, 1}) {
                ways.put("ratio " + ratio, OtlpTracing.to(new TraceTarget(collector.url(), Map.of(), ratio, 100_000,
                        true, "node", "0"), metrics.spans(), Executors.newVirtualThreadPerTaskExecutor()));
            }
            Map<String, long[]> nanos = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                int at = round;
                for (var way : ways.entrySet()) {
                    nanos.computeIfAbsent(way.getKey(), _ -> new long[ROUNDS])[at] = measured(desk, way.getValue());
                }
            }
            nanos.forEach((way, all) -> {
                long[] warm = Arrays.copyOfRange(all, ROUNDS / 2, ROUNDS);
                Arrays.sort(warm);
                System.out.printf("%-12s ns of a call: median %d, quarters %d to %d%n", way, warm[warm.length / 2],
                        warm[warm.length / 4], warm[warm.length * 3 / 4]);
            });
            for (Tracing each : ways.values()) {
                each.close();
            }
        }
    }

    private static long measured(Desk desk, Tracing way) throws InterruptedException {
        desk.tracing = way;
        var processor = ManagementFactory.getThreadMXBean();
        long begun = processor.getCurrentThreadCpuTime();
        for (int i = 0; i < CALLS; i++) {
            desk.enter(Desk.HELLO);
        }
        long each = (processor.getCurrentThreadCpuTime() - begun) / CALLS;
        forget(desk);
        return each;
    }

    private static void forget(Desk desk) {
        for (Queue<?> each : List.of(desk.outcomes, desk.caches, desk.again, desk.calls, desk.contexts,
                desk.dispatching.heard)) {
            each.clear();
        }
        desk.decided.clear();
        desk.completed.clear();
        for (Provider each : desk.dispatching.providers.values()) {
            ((ScriptedProvider) each).requests.clear();
            ((ScriptedProvider) each).attempts.clear();
        }
    }
}
