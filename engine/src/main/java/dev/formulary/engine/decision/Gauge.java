package dev.formulary.engine.decision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The scale of a number that rules see.
///
/// @param least the smallest that is known; what nobody knows is -1
/// @param most the largest that makes sense
/// @param step the smallest change that matters; for shares and grades the author's comparisons may be finer
/// @param unit in words
/// @param unknown whether it may be -1: nobody knows, or nothing was said
record Gauge(double least, double most, double step, String unit, boolean unknown) {
    private static final double SHARE_STEP = 0.01;
    private static final double GRADE_STEP = 0.1;
    private static final double MOST_TOKENS = 2_000_000;
    private static final double MOST_MS = 86_400_000;
    private static final double MOST_MICROS = 1e12;
    private static final double MOST_COUNT = Integer.MAX_VALUE;
    private static final Gauge SHARE = new Gauge(0, 1, SHARE_STEP, "share", false);
    private static final Gauge GRADE = new Gauge(0, 10, GRADE_STEP, "grade", false);
    private static final Gauge TOKENS = new Gauge(0, MOST_TOKENS, 1, "tokens", false);
    private static final Gauge MILLISECONDS = new Gauge(0, MOST_MS, 1, "milliseconds", false);
    private static final Gauge MICROS = new Gauge(0, MOST_MICROS, 1, "micro-dollars", false);
    private static final Gauge COUNT = new Gauge(0, MOST_COUNT, 1, "calls", false);

    private static final List<String> UNKNOWN = List.of("Host.cpu", "Host.memory", "Host.memoryFree", "Host.disk",
            "Host.gpu", "Host.gpuMemory", "Gpu.memoryBytes", "Gpu.memory", "Gpu.busy",
            "Outlook.end", "Outlook.endLow", "Outlook.endHigh", "Vitals.errorRate", "Vitals.firstByteMs",
            "Vitals.latencyMs", "Vitals.limitLeft", "Vitals.limitSeconds",
            "Vitals.expectedFirstByteMs", "Vitals.expectedMs", "Vitals.doubt", "Candidate.errorRate",
            "Candidate.firstByteMs", "Candidate.limitLeft", "Candidate.limitSeconds",
            "ModelCard.quality", "ModelCard.safety",
            "ModelCard.inputPrice", "ModelCard.outputPrice", "ClassPrices.cachedInput", "ClassPrices.cacheWrite",
            "ClassPrices.longCacheWrite", "PriceStep.longCacheWrite", "ClassPrices.image", "ClassPrices.audioInput",
            "ClassPrices.audioOutput", "PriceStep.cachedInput",
            "PriceStep.cacheWrite", "ModelCard.costMicros", "ModelCard.mostMicros", "Candidate.quality",
            "Candidate.safety",
            "Candidate.costMicros", "Requirements.maxLatencyMs", "Requirements.minQuality", "Requirements.minSafety",
            "Requirements.maxCostMicros", "Requirements.minContextTokens", "Context.balance", "Signal.silentSeconds",
            "Signal.hoursUntil", "Trend.hoursUntil", "Trend.soonest", "Trend.latest");
    private static final Gauge SECONDS = new Gauge(0, MOST_COUNT, 1, "seconds", true);
    private static final Gauge ANSWERS = new Gauge(0, MOST_COUNT, 1, "calls", true);
    private static final Map<String, Gauge> ALL = all();

    /// By the record that holds the number and its name there.
    private static Map<String, Gauge> all() {
        var all = new HashMap<String, Gauge>();
        List.of("Host.cpu", "Host.memory", "Host.disk", "Host.gpu", "Host.gpuMemory", "Gpu.memory", "Gpu.busy",
                "Vitals.errorRate", "Vitals.doubt", "Candidate.errorRate")
                .forEach(name -> all.put(name, SHARE));
        List.of("ModelCard.quality", "ModelCard.safety", "Candidate.quality", "Candidate.safety",
                "Requirements.minQuality", "Requirements.minSafety", "Traits.complexity")
                .forEach(name -> all.put(name, GRADE));
        List.of("Context.promptTokens", "Context.maxTokens", "Requirements.minContextTokens", "ModelCard.contextTokens",
                "PriceStep.above", "Continuity.keptTokens").forEach(name -> all.put(name, TOKENS));
        List.of("Call.deadlineMs", "Requirements.maxLatencyMs", "Vitals.firstByteMs", "Vitals.latencyMs",
                "Vitals.expectedFirstByteMs", "Vitals.expectedMs", "Candidate.firstByteMs")
                .forEach(name -> all.put(name, MILLISECONDS));
        List.of("Requirements.maxCostMicros", "Budget.spent", "Budget.reserved", "Budget.limit", "Budget.left",
                "Outlook.end", "Outlook.endLow", "Outlook.endHigh",
                "Candidate.costMicros", "ModelCard.costMicros", "ModelCard.mostMicros")
                .forEach(name -> all.put(name, MICROS));
        List.of("Situation.inFlight", "Situation.waiting", "Vitals.inFlight", "Vitals.limitLeft", "Vitals.calls",
                "Candidate.inFlight",
                "Candidate.limitLeft").forEach(name -> all.put(name, COUNT));
        List.of("ModelCard.inputPrice", "ModelCard.outputPrice", "ClassPrices.cachedInput", "ClassPrices.cacheWrite",
                "ClassPrices.longCacheWrite", "PriceStep.longCacheWrite", "ClassPrices.image", "ClassPrices.audioInput",
                "ClassPrices.audioOutput", "PriceStep.input",
                "PriceStep.output", "PriceStep.cachedInput", "PriceStep.cacheWrite").forEach(
                        name -> all.put(name,
                                new Gauge(0, MOST_MICROS, 1, "micro-dollars for a million tokens", false)));
        List.of("Continuity.inRow", "Continuity.calls", "Continuity.switches").forEach(name -> all.put(name, ANSWERS));
        List.of("Continuity.idleSeconds", "Continuity.moderateSeconds", "Continuity.highSeconds",
                "Continuity.criticalSeconds", "Vitals.limitSeconds", "Candidate.limitSeconds")
                .forEach(name -> all.put(name, SECONDS));
        List.of("Signal.value", "Signal.mean", "Signal.most", "Signal.least").forEach(name -> all.put(name,
                new Gauge(-1, MOST_MICROS, SHARE_STEP, "the metric's unit", false)));
        List.of("Baseline.median", "Trend.level").forEach(name -> all.put(name,
                new Gauge(-MOST_MICROS, MOST_MICROS, SHARE_STEP, "the metric's unit", false)));
        List.of("Trend.slope", "Trend.slopeLow", "Trend.slopeHigh").forEach(name -> all.put(name,
                new Gauge(-MOST_MICROS, MOST_MICROS, SHARE_STEP, "the metric's unit an hour", false)));
        List.of("Signal.deviation", "Baseline.deviation").forEach(name -> all.put(name,
                new Gauge(-MOST_MICROS, MOST_MICROS, GRADE_STEP, "spreads above the median", false)));
        List.of("Signal.hoursUntil", "Trend.hoursUntil", "Trend.soonest", "Trend.latest", "Situation.hoursLeft")
                .forEach(name -> all.put(name, new Gauge(0, MOST_MICROS, GRADE_STEP, "hours", false)));
        all.put("Signal.usual", all.get("Baseline.median"));
        all.put("Signal.pace", new Gauge(-MOST_MICROS, MOST_MICROS, SHARE_STEP, "share of the level an hour", false));
        all.put("Signal.silentSeconds", SECONDS);
        all.put("Baseline.spread", new Gauge(0, MOST_MICROS, SHARE_STEP, "the metric's unit", false));
        all.put("Baseline.count", new Gauge(0, MOST_COUNT, 1, "samples", false));
        all.put("Baseline.version", new Gauge(1, MOST_COUNT, 1, "versions", false));
        all.put("Trend.p", new Gauge(0, 1, SHARE_STEP, "probability", false));
        all.put("Trend.pivotHours", new Gauge(0, MOST_MICROS, GRADE_STEP, "hours", false));
        all.put("Trend.volatility", new Gauge(-1, 1_000, SHARE_STEP, "share of the level", false));
        all.put("Context.balance", new Gauge(0, 1, SHARE_STEP, "from fast to creative", false));
        all.put("Continuity.keptTurns", new Gauge(0, MOST_COUNT, 1, "turns", false));
        all.put("Call.bucket", new Gauge(0, 99, 1, "hundredths", false));
        all.put("Situation.hour", new Gauge(0, 23, 1, "hour in UTC", false));
        all.put("Gpu.memoryBytes", new Gauge(0, 1e15, 1, "bytes", false));
        all.put("Host.memoryFree", new Gauge(0, 1e15, 1, "bytes", false));
        all.put("Host.cores", new Gauge(1, 4_096, 1, "processors", false));
        all.put("Budget.step", SHARE);
        List.of("Outlook.hours", "Outlook.hoursLow", "Outlook.hoursHigh").forEach(name -> all.put(name,
                new Gauge(0, MOST_COUNT, 1, "hours", true)));
        all.put("Budget.usedRatio", new Gauge(0, 1_000, SHARE_STEP, "share of the limit", false));
        UNKNOWN.forEach(name -> all.computeIfPresent(name, (_, gauge) -> gauge.orUnknown()));
        return new TreeMap<>(all);
    }

    /// That of a number, or one for whole numbers of which no more is known.
    ///
    /// @param holder the simple name of the record that holds it
    static Gauge of(String holder, String name) {
        return ALL.getOrDefault(holder + "." + name, COUNT);
    }

    static boolean known(String holder, String name) {
        return ALL.containsKey(holder + "." + name);
    }

    /// The range as an author is told it.
    String range() {
        if (least <= -MOST_MICROS) {
            return "any number";
        }
        return Math.round(least) + (most >= 1_000 ? " or more" : " to " + Math.round(most))
                + (unknown ? "; or -1" : "");
    }

    private Gauge orUnknown() {
        return new Gauge(least, most, step, unit, true);
    }

    boolean holds(double value) {
        return value >= least && value <= most;
    }

    /// The smallest change beside a number that an author wrote.
    double step(String literal) {
        int point = literal.indexOf('.');
        double fine = point < 0 ? step : Math.pow(10, -(literal.length() - point - 1.0));
        return step == 1 ? 1 : Math.min(step, fine);
    }

    /// To a millionth, so that sums of steps stay what people would write.
    static double rounded(double value) {
        return Math.abs(value) < 1e9 ? Math.round(value * 1e6) / 1e6 : Math.rint(value);
    }
}
