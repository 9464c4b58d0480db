package dev.formulary.engine.drill;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// What goes wrong in a drill. Three simulated providers take part: `drill-a` is the best, then `drill-b` and `drill-c`; what
/// goes wrong begins after a while and ends after another.
public enum Drill {
    /// See its description, as with all of these.
    DEAD("the best provider refuses connections", only("dead")), HANG("the best provider takes calls and never answers",
            only("hang")), THROTTLE("the best provider allows no more calls for now",
                    only("throttled", "retry-after-ms", 500)), QUOTA("the account at the best provider is empty",
                            only("quota")), MALFORMED("the best provider answers what nobody understands",
                                    only("malformed", "after-tokens", 0)), CUT(
                                            "the best provider's answers break off after five tokens",
                                            only("cut", "after-tokens", 5)), DRIP(
                                                    "the best provider's answers come slowly, but whole",
                                                    only("drip", "gap-ms", 60)), FLAPPING(
                                                            "the best provider is dead, then well, then dead again",
                                                            Drill::flapping), ALL_DOWN(
                                                                    "every provider is down: one is dead, one never answers, one fails",
                                                                    Drill::allDown), DRIFT(
                                                                            "the fastest provider gets slow and fails more and more, while a slow one gets fast",
                                                                            Drill::drifting);

    /// The plug-in whose providers take part.
    public static final String KIND = "simulator";
    /// How many words an answer has.
    static final int WORDS = 20;
    private static final List<String> PROVIDERS = List.of("drill-a", "drill-b", "drill-c");
    private static final List<String> DOWN = List.of("dead", "hang", "server");
    private static final List<Object> NONE = List.of();
    private static final List<Integer> SLOWER = List.of(60, 120, 240, 480, 800);
    private static final int FIRST_TOKEN_MS = 20;
    private static final int MEDIOCRE_MS = 150;

    private final String about;
    @SuppressWarnings("ImmutableEnumChecker") // scripts are lambdas that hold constants only
    private final Script script;

    Drill(String about, Script script) {
        this.about = about;
        this.script = script;
    }

    /// What a provider's phases are.
    private interface Script {
        /// @param provider 0 for the best
        /// @param from when it goes wrong, in milliseconds after the beginning
        /// @param until when that is over
        List<Map<String, Object>> phases(int provider, long from, long until);
    }

    /// The name that people use, such as `all-down`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The drill of that name.
    public static Optional<Drill> named(String word) {
        return Stream.of(values()).filter(each -> each.word().equals(word)).findFirst();
    }

    /// What happens, in a line.
    public String about() {
        return about;
    }

    /// Whether no model is left that could answer, so that an error in time is all that can be hoped for.
    boolean hopeless() {
        return this == ALL_DOWN;
    }

    /// The settings of the providers, by id.
    Map<String, Map<String, Object>> providers(long from, long until) {
        var all = new LinkedHashMap<String, Map<String, Object>>();
        for (int i = 0; i < PROVIDERS.size(); i++) {
            var phases = new ArrayList<>(script.phases(i, from, until));
            if (!phases.isEmpty()) {
                phases.add(phase(until, Map.of("faults", NONE, "first-token-ms", calm(i))));
            }
            all.put(PROVIDERS.get(i), Map.of("models", List.of(Map.of("id", "m", "quality", quality(i))), "seed", i + 1,
                    "first-token-ms", calm(i), "tokens-per-second", 200, "answer", answer(), "phases", phases));
        }
        return all;
    }

    private int quality(int provider) {
        return this == DRIFT ? 5 : 9 - 3 * provider;
    }

    private int calm(int provider) {
        return this == DRIFT ? List.of(FIRST_TOKEN_MS, SLOWER.getLast(), MEDIOCRE_MS).get(provider) : FIRST_TOKEN_MS;
    }

    /// The answer's words, numbered, so that it shows when one is missing or comes twice.
    static String answer() {
        var words = new StringBuilder();
        for (int i = 0; i < WORDS; i++) {
            words.append(i == 0 ? "" : " ").append("word%02d".formatted(i));
        }
        return words.toString();
    }

    private static List<Map<String, Object>> flapping(int provider, long from, long until) {
        return provider == 0
                ? steps(from, until, 10, step -> Map.of("faults", step % 2 == 0 ? List.of(of("dead")) : NONE))
                : List.of();
    }

    private static List<Map<String, Object>> allDown(int provider, long from, long until) {
        return List.of(phase(from, Map.of("faults", List.of(of(DOWN.get(provider))))));
    }

    private static Map<String, Object> of(String fault) {
        return Map.of("fault", fault);
    }

    private static List<Map<String, Object>> drifting(int provider, long from, long until) {
        int last = SLOWER.size() - 1;
        return switch (provider) {
            case 0 -> steps(from, until, SLOWER.size(), step -> Map.of("first-token-ms", SLOWER.get(step), "error-rate",
                    0.1 * step));
            case 1 -> steps(from, until, SLOWER.size(), step -> Map.of("first-token-ms",
                    step == last ? FIRST_TOKEN_MS : SLOWER.get(last - 1 - step)));
            default -> List.of();
        };
    }

    private static Script only(String fault, Object... settings) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("fault", fault);
        for (int i = 0; i < settings.length; i += 2) {
            entry.put(settings[i].toString(), settings[i + 1]);
        }
        return (provider, from, until) -> provider == 0
                ? List.of(phase(from, Map.of("faults", List.of(entry))))
                : List.of();
    }

    private static List<Map<String, Object>> steps(long from, long until, int count,
            IntFunction<Map<String, Object>> change) {
        var phases = new ArrayList<Map<String, Object>>();
        for (int step = 0; step < count; step++) {
            phases.add(phase(from + (until - from) * step / count, change.apply(step)));
        }
        return phases;
    }

    private static Map<String, Object> phase(long afterMillis, Map<String, Object> change) {
        var phase = new LinkedHashMap<>(change);
        phase.put("after-ms", afterMillis);
        return phase;
    }
}
