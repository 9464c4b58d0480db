package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.question;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.RuleChange.Event;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of rule sets over time: kept, told, put back.
class LifeTest {
    private static final Instant START = Instant.parse("2026-02-01T08:00:00Z");
    private static final Question A_OR_B = question(candidate("x/a", 9, 0), candidate("x/b", 5, 0));

    @TempDir
    Path folder;
    @TempDir
    Path kept;
    @TempDir
    Path cache;
    private final MutableClock clock = new MutableClock(START);

    private Policy open() {
        return new Policy(folder, Rules.SETTINGS, cache, _ -> {}, List.of(), new RuleLedger(kept, clock));
    }

    private static String forbid(String id, String model) {
        return rule(id, "$c : Candidate( id == \"" + model + "\" )", "decision.forbid($c);");
    }

    private static List<String> tried(Decision decision) {
        return switch (decision) {
            case Decision.Allow allow -> allow.plan().attempts().stream().map(Candidate::id).toList();
            case Decision.Deny deny -> List.of(deny.code());
        };
    }

    private void change(Policy policy, String file, String text) {
        clock.advance(Duration.ofMinutes(1));
        put(folder, file, text);
        policy.reconcile();
    }

    private static String rollback(Policy policy, String target) {
        return policy.rollback(target, "maria") instanceof Rollback.Refused(String reason) ? reason : "done";
    }

    @Test
    void everyChangeIsToldWithWhoWhenAndWhat() {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        try (Policy policy = open()) {
            policy.load();
            change(policy, "manifest.yaml", "version: 2\nauthor: Maria\nchanged: b as well");
            change(policy, "cost/b.drl", "// why\n" + forbid("no-b", "x/c") + "\n" + forbid("no-d", "x/d"));
            change(policy, "cost/b.drl", "// why not\n" + forbid("no-b", "x/e") + "\n" + forbid("no-f", "x/f"));
            change(policy, "cost/b.drl", "rule nonsense");
            policy.reconcile();
            List<RuleChange> history = policy.history();
            assertThat(history).extracting(RuleChange::number, RuleChange::at, RuleChange::event)
                    .containsExactly(tuple(5L, START.plusSeconds(240), Event.REFUSED),
                            tuple(4L, START.plusSeconds(180), Event.ACCEPTED),
                            tuple(3L, START.plusSeconds(120), Event.ACCEPTED),
                            tuple(2L, START.plusSeconds(60), Event.ACCEPTED), tuple(1L, START, Event.ACCEPTED));
            assertThat(history.get(1).hash()).isEqualTo(policy.report().hash());
            assertThat(history.get(1).rules()).isEqualTo(new RuleChange.Difference(List.of("no-f"), List.of("no-b"),
                    List.of("no-d")));
            assertThat(history.get(1).files().changed()).containsExactly("cost/b.drl");
            assertThat(history.get(2).files().added()).containsExactly("cost/b.drl");
            assertThat(history.getFirst().problems()).singleElement().asString().startsWith("cost/b.drl:1:");
            assertThat(history.getFirst().manifest().version()).isEqualTo("2");
            assertThat(history.get(3).who()).as("the manifest speaks about this change").isEqualTo("Maria");
            assertThat(history.get(3).manifest().changed()).isEqualTo("b as well");
            assertThat(history.get(2).who()).as("the owner of the file").isEqualTo(System.getProperty("user.name"));
        }
    }

    @Test
    void aRestartIsNoChangeAndAnEditWhileNothingRanIsOne() {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        for (int i = 0; i < 3; i++) {
            try (Policy policy = open()) {
                policy.load();
                assertThat(policy.history()).hasSize(1);
            }
        }
        put(folder, "cost/a.drl", "rule nonsense");
        for (int i = 0; i < 3; i++) {
            try (Policy policy = open()) {
                policy.load();
                assertThat(policy.history()).extracting(RuleChange::event).containsExactly(Event.REFUSED,
                        Event.ACCEPTED);
            }
        }
    }

    @Test
    void theLastGoodRulesServeWhenTheFolderIsBrokenAtTheStart() throws IOException {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        put(folder, "manifest.yaml", "version: 7");
        String good;
        try (Policy policy = open()) {
            good = policy.load().hash();
        }
        put(folder, "cost/a.drl", "rule nonsense");
        try (Policy policy = open()) {
            RuleSetReport report = policy.load();
            assertThat(report.accepted()).isFalse();
            assertThat(report.lastGood()).isTrue();
            assertThat(report.hash()).isEqualTo(good);
            assertThat(report.generation()).isEqualTo(1);
            assertThat(report.manifest().version()).isEqualTo("7");
            assertThat(report.problems()).anyMatch(problem -> problem.file().equals("cost/a.drl"));
            assertThat(tried(policy.decide(A_OR_B))).containsExactly("x/b");

            put(folder, "cost/a.drl", "rule other nonsense");
            policy.reconcile();
            assertThat(policy.report().lastGood()).isTrue();
            put(folder, "cost/a.drl", forbid("no-b", "x/b"));
            policy.reconcile();
            assertThat(policy.report().accepted()).isTrue();
            assertThat(policy.report().lastGood()).isFalse();
            assertThat(tried(policy.decide(A_OR_B))).containsExactly("x/a");
        }
        Files.delete(folder.resolve("cost/a.drl"));
        try (Policy policy = open()) {
            policy.load();
            assertThat(tried(policy.decide(A_OR_B))).as("an empty folder is broken too").containsExactly("x/a");
        }
    }

    @Test
    void aDamagedArchiveIsLeftOutAndTheNextOlderServes() throws IOException {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        String older;
        try (Policy policy = open()) {
            older = policy.load().hash();
            change(policy, "cost/a.drl", forbid("no-b", "x/b"));
            change(policy, "cost/a.drl", forbid("no-c", "x/c"));
        }
        List<Path> archives = archives();
        truncate(archives.getLast());
        byte[] bytes = Files.readAllBytes(archives.get(1));
        bytes[40] ^= 1;
        Files.write(archives.get(1), bytes);
        truncate(kept.resolve("history.jsonl"));
        put(folder, "cost/a.drl", "rule nonsense");
        try (Policy policy = open()) {
            assertThat(policy.load().hash()).isEqualTo(older);
            assertThat(tried(policy.decide(A_OR_B))).containsExactly("x/b");
            assertThat(policy.history()).as("the line that was cut off is left out, the new one is whole")
                    .extracting(RuleChange::number, RuleChange::event)
                    .containsExactly(tuple(2L, Event.REFUSED), tuple(1L, Event.ACCEPTED));
            put(folder, "cost/a.drl", forbid("no-c", "x/c"));
            policy.reconcile();
            assertThat(policy.ruling(policy.report().hash())).isPresent();
        }
        assertThat(archives()).as("the same content was damaged and is kept anew").hasSize(3);
    }

    @Test
    void nothingServesWhenNothingIsLeft() throws IOException {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        try (Policy policy = open()) {
            policy.load();
        }
        truncate(archives().getFirst());
        put(folder, "cost/a.drl", "rule nonsense");
        try (Policy policy = open()) {
            assertThat(policy.load().lastGood()).isFalse();
            assertThat(tried(policy.decide(A_OR_B))).containsExactly("policy_failed");
        }
    }

    private static List<Path> files(Path under) throws IOException {
        try (Stream<Path> all = Files.walk(under)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> all = Files.list(kept)) {
            return all.filter(path -> path.toString().endsWith(".zip")).sorted().toList();
        }
    }

    private static void truncate(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2 + 20);
        }
    }

    @Test
    void arulingIsThereForEachRuleSetThatIsKept() {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        try (Policy policy = open()) {
            String first = policy.load().hash();
            change(policy, "cost/a.drl", forbid("no-b", "x/b"));
            String second = policy.report().hash();
            for (int i = 0; i < 6; i++) {
                change(policy, "cost/a.drl", forbid("no-" + i, "x/" + i));
                assertThat(policy.ruling(policy.history().get(1).hash())).isPresent();
            }
            Ruling ruling = policy.ruling(first).orElseThrow();
            assertThat(ruling.hash()).isEqualTo(first);
            assertThat(tried(ruling.decide(A_OR_B))).containsExactly("x/b");
            assertThat(policy.ruling(first)).as("not compiled twice").containsSame(ruling);
            assertThat(tried(policy.ruling(second).orElseThrow().decide(A_OR_B))).containsExactly("x/a");
            assertThat(policy.ruling(policy.report().hash()).orElseThrow()).isSameAs(policy.ruling());
            assertThat(policy.ruling("00")).isEmpty();
        }
        try (Policy policy = Rules.policy(folder)) {
            String hash = policy.load().hash();
            assertThat(policy.ruling(hash)).isPresent();
            assertThat(policy.ruling("00")).isEmpty();
            assertThat(policy.history()).isEmpty();
            assertThat(rollback(policy, hash)).contains("no rule sets are kept here");
        }
    }

    @Test
    void aRollbackPutsTheFilesBackAndLosesNothing() throws IOException {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        put(folder, "README.md", "not a rule");
        try (Policy policy = open()) {
            String first = policy.load().hash();
            Files.delete(folder.resolve("cost/a.drl"));
            change(policy, "load/b.drl", forbid("no-b", "x/b"));
            String second = policy.report().hash();
            change(policy, "load/b.drl", "rule half done");

            assertThat(rollback(policy, "1")).isEqualTo("done");
            assertThat(policy.report().accepted()).isTrue();
            assertThat(policy.report().hash()).isEqualTo(first);
            assertThat(tried(policy.decide(A_OR_B))).containsExactly("x/b");
            assertThat(folder.resolve("cost/a.drl")).hasContent(forbid("no-a", "x/a"));
            assertThat(folder.resolve("load/b.drl")).doesNotExist();
            assertThat(folder.resolve("README.md")).hasContent("not a rule");
            assertThat(policy.history()).extracting(RuleChange::event, RuleChange::who)
                    .startsWith(tuple(Event.ROLLED_BACK, "maria"),
                            tuple(Event.KEPT, System.getProperty("user.name")));
            RuleChange before = policy.history().get(1);
            Map<String, byte[]> half = new RuleLedger(kept, clock).files(before.hash()).orElseThrow();
            assertThat(half.get("load/b.drl")).asString().isEqualTo("rule half done");
            assertThat(kept.resolve("backup").toFile().list()).hasSize(1);
            assertThat(files(kept.resolve("backup"))).singleElement()
                    .satisfies(file -> assertThat(file).hasFileName("b.drl").hasContent("rule half done"));

            assertThat(rollback(policy, second.substring(0, 12))).isEqualTo("done");
            assertThat(policy.report().hash()).isEqualTo(second);
            assertThat(rollback(policy, second)).contains("already");
            assertThat(rollback(policy, before.hash())).contains("is not in order any more: load/b.drl:1:");
        }
        try (Policy policy = open()) {
            policy.load();
            assertThat(policy.history()).as("a restart after a rollback").hasSize(6);
        }
    }

    @Test
    void whatCannotBePutBackIsSaid() throws IOException {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        try (Policy policy = open()) {
            policy.load();
            change(policy, "cost/a.drl", "rule nonsense");
            change(policy, "cost/a.drl", forbid("no-b", "x/b"));
            assertThat(rollback(policy, "2")).isEqualTo("change 2 was refused and is not kept");
            assertThat(rollback(policy, "77")).isEqualTo("there is no '77'; name a number of the history or the first "
                    + "digits of a hash");
            assertThat(rollback(policy, "yesterday")).contains("there is no 'yesterday'");
            assertThat(rollback(policy, "00000000000000")).contains("no rule set is kept whose hash begins with");
            truncate(archives().getFirst());
            assertThat(rollback(policy, "1")).contains("damaged");
            Files.delete(archives().getFirst());
            assertThat(rollback(policy, "1")).isEqualTo("change 1 is not kept any more");
            assertThat(folder.resolve("cost/a.drl")).hasContent(forbid("no-b", "x/b"));
        }
    }

    @Test
    void aRollbackThatWasCutOffIsFinishedAtTheStart() throws IOException {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        put(folder, "load/b.drl", forbid("no-b", "x/c"));
        String first;
        try (Policy policy = open()) {
            first = policy.load().hash();
            change(policy, "cost/a.drl", forbid("no-a", "x/b"));
            change(policy, "cost/c.drl", forbid("no-c", "x/d"));
        }
        // one file is back and the others are not: the process ended here
        put(folder, "load/b.drl", forbid("no-b", "x/c"));
        Files.writeString(kept.resolve("rollback.begun"), first);
        try (Policy policy = open()) {
            assertThat(policy.load().hash()).isEqualTo(first);
            assertThat(folder.resolve("cost/c.drl")).doesNotExist();
            assertThat(kept.resolve("rollback.begun")).doesNotExist();
        }
        Files.writeString(kept.resolve("rollback.begun"), "unknown");
        try (Policy policy = open()) {
            assertThat(policy.load().hash()).isEqualTo(first);
            assertThat(kept.resolve("rollback.begun")).doesNotExist();
        }
    }

    @Test
    void fiftyChangesAndFiftySetsBesideTheLatestAreKept() throws IOException {
        var ledger = new RuleLedger(kept, clock);
        for (int i = 1; i <= 130; i++) {
            Map<String, byte[]> files = Map.of("cost/a.drl", ("// " + i + "\n").getBytes(
                    StandardCharsets.UTF_8));
            ledger.accepted(folder, Digest.of(files), files);
        }
        assertThat(ledger.history()).hasSize(50).extracting(RuleChange::number).startsWith(130L, 129L).endsWith(81L);
        assertThat(archives()).hasSize(51);
        assertThat(Files.readAllLines(kept.resolve("history.jsonl"))).hasSizeLessThanOrEqualTo(100);
        assertThat(files(kept)).as("nothing half is left").noneMatch(path -> path.toString().endsWith(".part"));
    }

    @Test
    void aLedgerThatCannotBeWrittenStopsNothing() throws IOException {
        put(folder, "cost/a.drl", forbid("no-a", "x/a"));
        Path file = Files.createFile(kept.resolve("file"));
        try (Policy policy = new Policy(folder, Rules.SETTINGS, cache, _ -> {}, List.of(),
                new RuleLedger(file, clock))) {
            assertThat(policy.load().accepted()).isTrue();
            assertThat(policy.history()).isEmpty();
        }
    }

    @Test
    void scenariosGateAsConfigured() {
        put(folder, "load/a.drl", forbid("no-a", "x/a"));
        put(folder, "scenarios/a.yaml", """
            scenarios:
              - name: a answers
                candidates: [{id: x/a}, {id: x/b}]
                expect: {first: x/a}
            """);
        try (Policy policy = gated(Settings.Scenarios.REFUSE)) {
            assertThat(policy.load().accepted()).isFalse();
        }
        try (Policy policy = gated(Settings.Scenarios.WARN)) {
            assertThat(policy.load().accepted()).isTrue();
            assertThat(policy.report().problems()).isEmpty();
            assertThat(policy.report().warnings()).singleElement().asString().contains("first must be x/a");
            assertThat(policy.decide(A_OR_B)).asInstanceOf(type(Decision.Allow.class)).isNotNull();
        }
        try (Policy policy = gated(Settings.Scenarios.OFF)) {
            assertThat(policy.load().accepted()).isTrue();
            assertThat(policy.report().warnings()).isEmpty();
            assertThat(policy.report().scenarios()).isZero();
            assertThat(policy.report().untested()).as("nobody knows").isEmpty();
        }
    }

    private Policy gated(Settings.Scenarios scenarios) {
        var settings = new Settings.Policy(false, 1_000, Duration.ofSeconds(5), scenarios,
                Settings.Tokens.ESTIMATE);
        return new Policy(folder, settings, cache, _ -> {});
    }
}
