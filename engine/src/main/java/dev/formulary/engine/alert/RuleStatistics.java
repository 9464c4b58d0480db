package dev.formulary.engine.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is known of the alerts of one rule and code.
///
/// @param opened how often it was or is open, of all resources together
/// @param open how many are open now
/// @param openFor how long they were and are open, all together
/// @param acknowledged of how many somebody took note
/// @param meanToAcknowledge how long that took after they opened, on average; null where nobody did
/// @param meanToResolve how long those that are over were open, on average; null where none is
/// @param silenced how many a silence or a maintenance window kept from being told
/// @param flapping how many came and went too often
/// @param lastWeek how often it opened in the last seven days
/// @param noisy whether it opened ten times or more in the last seven days, and of fewer than one in ten somebody took note
public record RuleStatistics(String rule, String code, int opened, int open, Duration openFor, int acknowledged,
        @Nullable Duration meanToAcknowledge, @Nullable Duration meanToResolve, int silenced, int flapping,
        int lastWeek, boolean noisy) {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final int NOISY = 10;

    /// Of each rule and code, the most frequent first.
    ///
    /// @param open as they would be if they ended now
    static List<RuleStatistics> of(Collection<ClosedAlert> closed, Collection<ClosedAlert> open, Instant now) {
        Map<String, List<ClosedAlert>> over = new TreeMap<>();
        Map<String, List<ClosedAlert>> lasting = new TreeMap<>();
        closed.forEach(each -> put(over, each));
        open.forEach(each -> put(lasting, each));
        var names = new java.util.TreeSet<>(over.keySet());
        names.addAll(lasting.keySet());
        return names.stream().map(name -> of(over.getOrDefault(name, List.of()), lasting.getOrDefault(name, List.of()),
                now)).sorted(Comparator.comparingInt(RuleStatistics::opened).reversed()
                        .thenComparing(RuleStatistics::rule).thenComparing(RuleStatistics::code))
                .toList();
    }

    private static void put(Map<String, List<ClosedAlert>> groups, ClosedAlert each) {
        groups.computeIfAbsent(each.rule() + "\n" + each.code(), _ -> new ArrayList<>()).add(each);
    }

    private static RuleStatistics of(List<ClosedAlert> closed, List<ClosedAlert> open, Instant now) {
        var all = new ArrayList<>(closed);
        all.addAll(open);
        ClosedAlert any = all.getFirst();
        List<Duration> noted = all.stream().filter(each -> each.acknowledged() != null)
                .map(each -> between(each.opened(), java.util.Objects.requireNonNull(each.acknowledged()).at()))
                .toList();
        List<ClosedAlert> latest = all.stream().filter(each -> each.opened().isAfter(now.minus(WEEK))).toList();
        long heeded = latest.stream().filter(each -> each.acknowledged() != null).count();
        return new RuleStatistics(any.rule(), any.code(), all.size(), open.size(),
                sum(all.stream().map(each -> between(each.opened(), each.ended())).toList()), noted.size(),
                mean(noted), mean(closed.stream().map(each -> between(each.opened(), each.ended())).toList()),
                (int) all.stream().filter(ClosedAlert::silenced).count(),
                (int) all.stream().filter(ClosedAlert::flapping).count(), latest.size(),
                latest.size() >= NOISY && heeded * NOISY < latest.size());
    }

    private static Duration between(Instant from, Instant to) {
        return to.isAfter(from) ? Duration.between(from, to) : Duration.ZERO;
    }

    private static Duration sum(List<Duration> all) {
        return all.stream().reduce(Duration.ZERO, Duration::plus);
    }

    private static @Nullable Duration mean(List<Duration> all) {
        return all.isEmpty() ? null : Duration.ofMillis(sum(all).toMillis() / all.size());
    }
}
