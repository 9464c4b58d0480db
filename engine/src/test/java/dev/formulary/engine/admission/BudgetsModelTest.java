package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.BudgetTerms;
import dev.formulary.engine.config.Settings.BudgetEntry;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Budgets against a model of them that keeps every call in a list and adds up. The system property `formulary.budgets.steps` says
/// how many steps a seed has; preset: 3,000.
class BudgetsModelTest {
    private static final int STEPS = Integer.getInteger("formulary.budgets.steps", 3_000);
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId HAVANA = ZoneId.of("America/Havana");
    private static final int SLOTS_KEPT = 101;
    /// A micro-dollar for each token of the answer.
    private static final Candidate PAID = Samples.priced("openai", "gpt", 0, 1_000_000);
    private static final Candidate OTHER = Samples.priced("gemini", "flash", 0, 1_000_000);

    private static final List<BudgetEntry> ENTRIES = List.of(entry("hour", "total", 4_000, "hour", BERLIN, true),
            entry("day", "tenant:a", 9_000, "day", HAVANA, true), entry("week", "provider:gemini", 12_000, "week",
                    BERLIN, true),
            entry("month", "total", 90_000, "month", BERLIN, true),
            new BudgetEntry("last-day", "key:k1", 6_000, "", rolling(Duration.ofDays(1), true)),
            new BudgetEntry("soft", "total", 3_000, "", rolling(Duration.ofHours(3), false)),
            entry("each", "tenant:*", 7_000, "day", BERLIN, true), entry("keys", "key:*", 2_500, "hour", BERLIN, true));

    @TempDir
    private Path folder;

    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private final Map<String, List<Spent>> model = new LinkedHashMap<>();
    private final Map<String, Spent> saved = new HashMap<>();
    private List<Open> open = new ArrayList<>();

    private static BudgetEntry entry(String id, String scope, long micros, String period, ZoneId zone, boolean hard) {
        return new BudgetEntry(id, scope, micros, period, new BudgetTerms(null, zone, hard, List.of(0.5)));
    }

    private static BudgetTerms rolling(Duration length, boolean hard) {
        return new BudgetTerms(length, BudgetTerms.USUAL.zone(), hard, List.of(0.5));
    }

    /// What one call takes of one budget.
    private static final class Spent {
        private final long when;
        private long micros;
        private boolean held;

        Spent(long when, long micros, boolean held) {
            this.when = when;
            this.micros = micros;
            this.held = held;
        }
    }

    private record Open(Budgets.Reservation reservation, Map<String, Spent> spent, long expires) {}

    private Budgets budgets() {
        return new Budgets(ENTRIES, folder.resolve("budgets.tsv"), clock);
    }

    private static Call call(String tenant, String key, long deadlineMs) {
        return new Call("c", Dialect.OPENAI_CHAT, "http", tenant, key, "auto", false, Priority.NORMAL, null, false,
                Samples.NOON, deadlineMs);
    }

    private Map<String, BudgetEntry> applying(Call call, Candidate candidate) {
        var applying = new LinkedHashMap<String, BudgetEntry>();
        for (BudgetEntry entry : ENTRIES) {
            switch (entry.scope()) {
                case "tenant:*" -> applying.put(entry.id() + ":" + call.tenant(), entry);
                case "key:*" -> applying.put(entry.id() + ":" + call.key(), entry);
                case "total" -> applying.put(entry.id(), entry);
                default -> {
                    String scope = entry.scope();
                    if (scope.equals("tenant:" + call.tenant()) || scope.equals("key:" + call.key())
                            || scope.equals("provider:" + candidate.provider())) {
                        applying.put(entry.id(), entry);
                    }
                }
            }
        }
        return applying;
    }

    /// What tells apart what counts now from what does not any more: the period's begin, or the slot.
    private static long when(BudgetEntry entry, long now) {
        Duration length = entry.terms().rolling();
        return length != null
                ? now / (length.toMillis() / 100)
                : Period.valueOf(entry.period().toUpperCase(java.util.Locale.ROOT))
                        .begin(Instant.ofEpochMilli(now), entry.terms().zone()).toEpochMilli();
    }

    private List<Spent> counting(String id, BudgetEntry entry) {
        long now = when(entry, clock.millis());
        return model.getOrDefault(id, List.of()).stream().filter(each -> entry.terms().rolling() != null
                ? each.when > now - SLOTS_KEPT
                : each.when == now).toList();
    }

    private List<Spent> counted(String id) {
        return model.computeIfAbsent(id, _ -> new ArrayList<>());
    }

    private long taken(String id, BudgetEntry entry) {
        return counting(id, entry).stream().mapToLong(each -> each.micros).sum();
    }

    private void reserve(Budgets budgets, Random random) {
        Call call = call(random.nextBoolean() ? "a" : "b", random.nextBoolean() ? "k1" : "k2",
                random.nextInt(7_200_000));
        Candidate candidate = random.nextBoolean() ? PAID : OTHER;
        int most = 1 + random.nextInt(900);
        Map<String, BudgetEntry> applying = applying(call, candidate);
        boolean fits = applying.entrySet().stream().allMatch(each -> !each.getValue().terms().hard()
                || taken(each.getKey(), each.getValue()) + most <= each.getValue().limitMicros());

        Budgets.Reservation reservation = budgets.reserve(call, candidate, 0, most).orElse(null);

        assertThat(reservation != null).as("%s by %s", call, candidate.id()).isEqualTo(fits);
        var spent = new HashMap<String, Spent>();
        if (reservation != null) {
            applying.forEach((id, entry) -> {
                var one = new Spent(when(entry, clock.millis()), most, true);
                counted(id).add(one);
                spent.put(id, one);
            });
            open.add(new Open(reservation, spent, clock.millis() + call.deadlineMs() + 60_000));
        }
    }

    private void settle(Random random, boolean beyond) {
        Open ended = open.remove(random.nextInt(open.size()));
        long most = ended.reservation().most();
        long cost = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> beyond ? most + random.nextInt(100) : most;
            default -> random.nextLong(most + 1);
        };
        ended.reservation().settle(cost);
        ended.reservation().settle(7);
        ended.spent().forEach((id, each) -> {
            boolean rolls = entry(id).terms().rolling() != null;
            each.micros = rolls ? Math.min(cost, most) : cost;
            each.held = false;
            if (rolls && cost > most) {
                counted(id).add(new Spent(when(entry(id), clock.millis()), cost - most, false));
            }
        });
    }

    private void save(Budgets budgets) {
        budgets.save();
        open.stream().filter(each -> each.expires() < clock.millis())
                .forEach(each -> each.spent().values().forEach(one -> one.held = false));
        saved.clear();
        budgets.snapshot().stream().filter(each -> entry(each.id()).terms().rolling() == null).forEach(
                each -> saved.put(each.id(), new Spent(when(entry(each.id()), clock.millis()), each.spent(), false)));
    }

    /// What was under way stays counted with the most that it may cost, and nobody settles it.
    private Budgets restart(Budgets before, boolean orderly, Random random) {
        if (orderly) {
            save(before);
        }
        open.forEach(each -> each.spent().values().forEach(one -> one.held = false));
        open = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            clock.advance(Duration.ofMinutes(random.nextInt(300)));
        }
        // an attempt that was given up for lost and came to its end after all is known to one of two files only
        saved.forEach((id, spent) -> {
            long less = spent.when == when(entry(id), clock.millis()) ? spent.micros - taken(id, entry(id)) : 0;
            if (less > 0) {
                counted(id).add(new Spent(spent.when, less, false));
            }
        });
        return budgets();
    }

    private void compare(Budgets budgets, boolean bounded) {
        Map<String, Budget> now = new HashMap<>();
        budgets.snapshot().forEach(each -> now.put(each.id(), each));
        model.keySet().forEach(id -> {
            BudgetEntry entry = entry(id);
            Budget budget = now.get(id);
            long taken = taken(id, entry);
            if (budget == null) {
                // it comes back, with what was spent, with the first call of that name
                return;
            }
            assertThat(budget.spent() + budget.reserved()).as("taken of %s at %s", id, clock.instant())
                    .isEqualTo(taken);
            assertThat(budget.reserved()).as("held of %s at %s", id, clock.instant()).isEqualTo(
                    held(id, entry));
            if (bounded && budget.hard()) {
                assertThat(taken).isLessThanOrEqualTo(budget.limit());
            }
        });
    }

    private long held(String id, BudgetEntry entry) {
        Duration length = entry.terms().rolling();
        // what a rolling budget does not count any more is still held as long as its call goes on
        List<Spent> counted = length == null ? counting(id, entry) : model.getOrDefault(id, List.of());
        return Math.min(taken(id, entry), counted.stream().filter(each -> each.held).mapToLong(each -> each.micros)
                .sum());
    }

    private static BudgetEntry entry(String id) {
        String configured = id.indexOf(':') < 0 ? id : id.substring(0, id.indexOf(':'));
        return ENTRIES.stream().filter(each -> each.id().equals(configured)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverComesBudgetsAreWhatTheirCallsAddUpTo(long seed) {
        var random = new Random(seed);
        clock.set(Instant.parse(seed % 2 == 0 ? "2026-03-07T03:00:00Z" : "2026-10-24T20:00:00Z"));
        Budgets budgets = budgets();
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(40)) {
                case 0, 1, 2 -> save(budgets);
                case 3 -> budgets = restart(budgets, random.nextBoolean(), random);
                case 4 -> clock.advance(Duration.ofMinutes(random.nextInt(60)));
                case 5 -> clock.advance(Duration.ofMinutes(random.nextInt(seed < 5 ? 200 : 5_000)));
                case 6, 7, 8, 9 -> clock.advance(Duration.ofMillis(random.nextInt(200_000)));
                default -> {
                    if (open.isEmpty() || random.nextInt(5) < 3) {
                        reserve(budgets, random);
                    } else {
                        settle(random, seed > 3);
                    }
                }
            }
            compare(budgets, seed <= 3);
        }
        assertThat(model.values().stream().mapToInt(List::size).sum()).isGreaterThan(STEPS / 4);
    }
}
