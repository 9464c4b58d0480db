package dev.formulary.engine.admission;

import static dev.formulary.engine.facts.Priority.BATCH;
import static dev.formulary.engine.facts.Priority.INTERACTIVE;
import static dev.formulary.engine.facts.Priority.NORMAL;
import static dev.formulary.engine.facts.Priority.URGENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Priority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
    private static final List<Priority> PRIORITIES = List.of(Priority.values());

    private final Line line = new Line();

    private Waiting join(String tenant, Priority priority, long cost) {
        var waiting = new Waiting(new Lane.Asks(tenant, priority, cost), Presence.CONSTANT, new Claim(1));
        line.add(waiting);
        return waiting;
    }

    private List<Waiting> turns(int most) {
        var turns = new ArrayList<Waiting>();
        for (Waiting next = line.next(); next != null; next = line.next()) {
            turns.add(next);
            if (turns.size() == most) {
                break;
            }
        }
        return turns;
    }

    @Test
    void theMoreUrgentGoesFirstAndEqualsInTheirOrder() {
        Waiting batch = join("a", BATCH, 1);
        Waiting normal = join("a", NORMAL, 1);
        Waiting second = join("a", NORMAL, 1);
        Waiting urgent = join("a", URGENT, 1);
        Waiting interactive = join("a", INTERACTIVE, 1);
        assertThat(turns(10)).containsExactly(urgent, interactive, normal, second, batch);
    }

    @Test
    void everyEighthTurnGoesToThePriorityOfWhoHasWaitedLongest() {
        Waiting batch = join("a", BATCH, 1);
        for (int i = 0; i < 20; i++) {
            join("a", URGENT, 1);
        }
        List<Waiting> turns = turns(8);
        assertThat(turns.subList(0, 7)).allMatch(each -> each.priority() == URGENT);
        assertThat(turns.getLast()).isSameAs(batch);
    }

    @Test
    void nobodyWaitsForEverBehindTheUrgent() {
        Waiting batch = join("a", BATCH, 40_960);
        int turns = 0;
        for (Waiting next = join("b", URGENT, 1); next != batch; next = line.next()) {
            join("b", URGENT, 1);
            turns++;
        }
        assertThat(turns).isLessThanOrEqualTo(Line.EVERY);
    }

    @Test
    void aTenantWhoAsksForMoreGetsFewerTurns() {
        for (int i = 0; i < 1_000; i++) {
            join("modest", NORMAL, 1_000);
            join("greedy", NORMAL, 9_000);
        }
        Map<String, Long> tokens = new HashMap<>();
        turns(800).forEach(each -> tokens.merge(each.tenant(), each.cost(), Long::sum));
        assertThat(fairness(tokens.values())).isGreaterThan(0.98);
    }

    /// Jain's index: 1 when all have the same, 1/n when one has all.
    private static double fairness(Iterable<Long> shares) {
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (long share : shares) {
            sum += share;
            squares += (double) share * share;
            count++;
        }
        return sum * sum / (count * squares);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void tenantsShareFairlyHoweverManyCallsTheyBring(long seed) {
        var random = new Random(seed);
        int tenants = 2 + random.nextInt(8);
        for (int tenant = 0; tenant < tenants; tenant++) {
            int calls = 400 * (1 + random.nextInt(5));
            int size = 100 + random.nextInt(6_000);
            for (int i = 0; i < calls; i++) {
                join("t" + tenant, NORMAL, 1 + random.nextInt(2 * size));
            }
        }
        Map<String, Long> tokens = new HashMap<>();
        // while all of them still have calls in line
        for (int i = 0; i < 300; i++) {
            Waiting next = line.next();
            if (next != null) {
                tokens.merge(next.tenant(), next.cost(), Long::sum);
            }
        }
        assertThat(tokens).hasSize(tenants);
        assertThat(fairness(tokens.values())).isGreaterThan(0.95);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void everyOneGetsExactlyOneTurnOrLeaves(long seed) {
        var random = new Random(seed);
        List<Waiting> joined = new ArrayList<>();
        Set<Waiting> left = new HashSet<>();
        Set<Waiting> served = new HashSet<>();
        for (int step = 0; step < 5_000; step++) {
            int what = random.nextInt(10);
            if (what < 5) {
                joined.add(join("t" + random.nextInt(5), PRIORITIES.get(random.nextInt(4)),
                        1 + random.nextInt(20_000)));
            } else if (what < 9) {
                Waiting next = line.next();
                assertThat(next == null || served.add(next)).isTrue();
                assertThat(left).doesNotContain(next == null
                        ? new Waiting(new Lane.Asks("", BATCH, 1), Presence.CONSTANT, new Claim(1))
                        : next);
            } else if (!joined.isEmpty()) {
                Waiting leaver = joined.get(random.nextInt(joined.size()));
                line.remove(leaver);
                if (!served.contains(leaver)) {
                    left.add(leaver);
                }
            }
        }
        served.addAll(turns(Integer.MAX_VALUE));
        assertThat(line.size()).isZero();
        assertThat(served.size() + left.size()).isEqualTo(joined.size());
    }

    @Test
    void ofOneTenantAndPriorityWhoCameFirstGoesFirst() {
        var random = new Random(5);
        List<Waiting> mine = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            mine.add(join("mine", NORMAL, 1 + random.nextInt(9_000)));
            join("other", PRIORITIES.get(random.nextInt(4)), 1 + random.nextInt(9_000));
        }
        assertThat(turns(Integer.MAX_VALUE).stream().filter(each -> each.tenant().equals("mine")).toList())
                .isEqualTo(mine);
    }

    private static Waiting newcomer(String tenant, Priority priority) {
        return new Waiting(new Lane.Asks(tenant, priority, 1), Presence.CONSTANT, new Claim(1));
    }

    @Test
    void theLastOfTheLeastUrgentIsSparedForTheMoreUrgentOnly() {
        Waiting first = join("a", BATCH, 1);
        Waiting last = join("b", BATCH, 1);
        join("a", NORMAL, 1);
        assertThat(line.sparedFor(newcomer("a", URGENT))).isSameAs(last);
        assertThat(line.sparedFor(newcomer("c", BATCH))).isNull();
        line.remove(last);
        assertThat(line.sparedFor(newcomer("a", NORMAL))).isSameAs(first);
        line.remove(first);
        assertThat(line.sparedFor(newcomer("a", NORMAL))).isNull();
        assertThat(line.sparedFor(newcomer("a", BATCH))).isNull();
        assertThat(line.sparedFor(newcomer("a", INTERACTIVE))).isNotNull();
    }

    @Test
    void ofEqualsTheLastOfWhoHasMostIsSparedForWhoHasFewer() {
        join("many", NORMAL, 1);
        join("many", NORMAL, 1);
        Waiting last = join("many", NORMAL, 1);
        join("few", NORMAL, 1);

        assertThat(line.sparedFor(newcomer("few", NORMAL))).isSameAs(last);
        assertThat(line.sparedFor(newcomer("many", NORMAL))).isNull();
        join("few", NORMAL, 1);
        assertThat(line.sparedFor(newcomer("few", NORMAL))).isNull();
    }

    @Test
    void callsOfOneSizeTakeTurnsHoweverSmall() {
        for (int i = 0; i < 60; i++) {
            join("many", NORMAL, 30);
        }
        for (int i = 0; i < 3; i++) {
            join("few", NORMAL, 30);
        }
        assertThat(turns(6)).extracting(Waiting::tenant).containsExactly("many", "few", "many", "few", "many", "few");
    }

    @Test
    void whoComesOneAtATimeGetsNoMoreThanHisShare() {
        for (int i = 0; i < 1_000; i++) {
            join("many", NORMAL, 100);
        }
        Map<String, Long> tokens = new HashMap<>();
        join("one", NORMAL, 1_000);
        for (int i = 0; i < 500; i++) {
            Waiting next = line.next();
            if (next != null) {
                tokens.merge(next.tenant(), next.cost(), Long::sum);
                if (next.tenant().equals("one")) {
                    join("one", NORMAL, 1_000);
                }
            }
        }
        assertThat(fairness(tokens.values())).isGreaterThan(0.98);
    }

    @Test
    void countsWhoGoesBefore() {
        join("a", URGENT, 1);
        join("a", NORMAL, 1);
        join("b", BATCH, 1);
        assertThat(line.ahead(URGENT, "a")).isEqualTo(1);
        assertThat(line.ahead(INTERACTIVE, "a")).isEqualTo(1);
        assertThat(line.ahead(NORMAL, "a")).isEqualTo(2);
        assertThat(line.ahead(BATCH, "a")).isEqualTo(3);
    }

    @Test
    void ofOthersNoMoreGoBeforeThanOfOnesOwn() {
        for (int i = 0; i < 10; i++) {
            join("many", NORMAL, 1);
        }
        assertThat(line.ahead(NORMAL, "many")).isEqualTo(10);
        assertThat(line.ahead(NORMAL, "new")).isEqualTo(1);
        join("new", NORMAL, 1);
        assertThat(line.ahead(NORMAL, "new")).isEqualTo(3);
    }
}
