package dev.formulary.engine.notify;

import static dev.formulary.engine.alert.Telling.Kind.OPENED;
import static dev.formulary.engine.alert.Telling.Kind.RESOLVED;
import static dev.formulary.engine.alert.Telling.Kind.WORSENED;
import static dev.formulary.engine.notify.Channels.channel;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.LogLines;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.store.Delivery;
import dev.formulary.engine.store.Delivery.State;
import dev.formulary.engine.store.DeliveryFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
    @TempDir
    Path folder;

    @Test
    void whatBecomesOfAnAlertIsToldToEachChannelThatWantsItWithAReceipt() throws Exception {
        try (var all = new Channels(folder, channel("all"), channel("bad", Severity.CRITICAL, true),
                channel("opened", Severity.WARNING, false), channel("host", Severity.INFO, true, "host-*", "disk"))) {
            all.happens(OPENED, "host-cpu", Severity.WARNING);
            all.happens(WORSENED, "host-cpu", Severity.CRITICAL);
            all.happens(RESOLVED, "host-cpu", Severity.CRITICAL);
            all.happens(OPENED, "diskette", Severity.INFO);
            all.run();

            assertThat(all.events()).containsExactlyInAnyOrder("all opened host-cpu", "all worsened host-cpu",
                    "all resolved host-cpu", "bad worsened host-cpu", "bad resolved host-cpu", "opened opened host-cpu",
                    "opened worsened host-cpu", "host opened host-cpu", "host worsened host-cpu",
                    "host resolved host-cpu");
            assertThat(all.kept()).hasSize(10).allSatisfy(each -> {
                assertThat(each.state()).isEqualTo(State.DELIVERED);
                assertThat(each.said()).isEqualTo("test: taken");
                assertThat(each.changed()).isEqualTo(Channels.NOON);
                assertThat(each.attempts()).isOne();
            });
            assertThat(all.metrics.scrape()).contains(
                    "formulary_alert_deliveries_total{channel=\"host\",result=\"delivered\"} 3.0")
                    .contains("formulary_alert_waiting{channel=\"all\"} 0.0");
        }
    }

    @Test
    void anEventHasOneIdForAllChannelsAndAllTries() throws Exception {
        try (var all = new Channels(folder, channel("one"), channel("two"))) {
            all.refusals.add(new UndeliveredException("busy"));
            all.happens(OPENED, "slow", Severity.WARNING);
            all.run();
            all.clock.advance(Duration.ofSeconds(10));
            all.run();

            assertThat(all.told).hasSize(3);
            assertThat(all.told.stream().map(each -> each.event().id()).distinct()).singleElement().asString()
                    .matches("alert_[0-9a-f]{32}");
        }
    }

    @Test
    void whatIsNotTakenIsTriedAgainLaterAndLaterAndThenIsADeadLetterThatCanBeSentAgain() throws Exception {
        try (var all = new Channels(folder, channel("one")); var log = new LogLines(Outbox.class)) {
            for (int i = 0; i < 4; i++) {
                all.refusals.add(new UndeliveredException("answered 500"));
            }
            all.happens(OPENED, "slow", Severity.WARNING);
            for (int second = 0; second < 100; second++) {
                all.run();
                all.clock.advance(Duration.ofSeconds(1));
            }

            assertThat(all.told).hasSize(4);
            var waits = List.of(10, 20, 30);
            for (int i = 0; i < waits.size(); i++) {
                long waited = Duration.between(all.told.get(i).at(), all.told.get(i + 1).at()).toSeconds();
                assertThat(waited).isBetween(waits.get(i) * 8L / 10, waits.get(i) + 0L);
            }
            assertThat(all.kept()).singleElement().satisfies(dead -> {
                assertThat(dead.state()).isEqualTo(State.DEAD);
                assertThat(dead.said()).isEqualTo("answered 500");
            });
            assertThat(all.metrics.scrape()).contains("channel=\"one\",result=\"retried\"} 3.0")
                    .contains("channel=\"one\",result=\"dead\"} 1.0");
            assertThat(log.lines()).anyMatch(each -> each.startsWith("WARN event of an alert is a dead letter"
                    + " channel=one") && each.endsWith("attempts=4 reason=\"answered 500\""));

            assertThat(all.outbox.resend(all.told.getFirst().event().id(), "two")).isZero();
            assertThat(all.outbox.resend("%", null)).isZero();
            assertThat(all.outbox.resend(all.told.getFirst().event().id(), null)).isOne();
            all.run();

            assertThat(all.told).hasSize(5);
            assertThat(all.kept()).singleElement().extracting(Delivery::state).isEqualTo(State.DELIVERED);
        }
    }

    @Test
    void aChannelThatWillNeverTakeAnEventIsNotAskedAgainAndOneThatAsksToWaitIsWaitedFor() throws Exception {
        try (var all = new Channels(folder, channel("one"))) {
            all.refusals.add(new UndeliveredException("gone", true, null));
            all.happens(OPENED, "first", Severity.WARNING);
            all.run();
            all.refusals.add(new UndeliveredException("busy", false, Duration.ofSeconds(25)));
            all.happens(OPENED, "second", Severity.WARNING);
            all.run();
            all.clock.advance(Duration.ofSeconds(24));
            all.run();

            assertThat(all.events()).containsExactly("one opened first", "one opened second");

            all.clock.advance(Duration.ofSeconds(1));
            all.run();

            assertThat(all.kept()).extracting(Delivery::state).containsExactly(State.DEAD, State.DELIVERED);
        }
    }

    @Test
    void eventsOfOneAlertKeepTheirOrderAndOtherAlertsDoNotWaitForThem() throws Exception {
        try (var all = new Channels(folder, channel("one"))) {
            all.refusals.add(new UndeliveredException("busy"));
            all.happens(OPENED, "slow", Severity.WARNING);
            all.run();
            all.happens(RESOLVED, "slow", Severity.WARNING);
            all.happens(OPENED, "other", Severity.WARNING);
            all.run();

            assertThat(all.events()).containsExactly("one opened slow", "one opened other");

            all.clock.advance(Duration.ofSeconds(10));
            all.run();

            assertThat(all.events()).endsWith("one opened slow", "one resolved slow");
        }
    }

    @Test
    void whatWasNotTakenIsSentByTheNextProcessAndWhatWasIsNot() throws Exception {
        try (var killed = new Channels(folder, channel("one"), channel("gone"))) {
            killed.happens(OPENED, "taken", Severity.WARNING);
            killed.run();
            killed.happens(OPENED, "written", Severity.WARNING);
            assertThat(killed.outbox.pass()).hasSize(2);
            // here the process dies: what is under way is never settled
            try (var next = new Channels(folder, channel("one"))) {
                next.run();

                assertThat(next.events()).containsExactly("one opened written");
                assertThat(next.told.getFirst().event()).isEqualTo(read(killed.kept().get(2)));
                assertThat(next.kept()).last().satisfies(buried -> {
                    assertThat(buried.state()).isEqualTo(State.DEAD);
                    assertThat(buried.said()).isEqualTo("there is no channel 'gone' any more");
                });
            }
        }
    }

    private static AlertEvent read(Delivery delivery) {
        return AlertDocument.read(delivery.document());
    }

    @Test
    void whatHappensWhileTheGatewayStopsIsWrittenDown() throws Exception {
        try (var first = new Channels(folder, channel("one"))) {
            first.happens(OPENED, "late", Severity.WARNING);
        }
        try (var next = new Channels(folder, channel("one"))) {
            next.run();

            assertThat(next.events()).containsExactly("one opened late");
        }
    }

    @Test
    void aChannelThatFailsIsReportedToTheOthersUntilItTakesSomething() throws Exception {
        try (var all = new Channels(folder, channel("one", Severity.WARNING, true, "slow", "alert-channel:*"))) {
            for (int i = 0; i < 3; i++) {
                all.refusals.add(new UndeliveredException("answered 500"));
            }
            all.happens(OPENED, "slow", Severity.WARNING);
            for (int second = 0; second < 120 && all.told.size() < 3; second++) {
                all.run();
                assertThat(all.notices).isEmpty();
                all.clock.advance(Duration.ofSeconds(1));
            }
            all.outbox.remind();

            assertThat(all.notices).containsExactly(new Notice("engine", Severity.WARNING, "alert-channel:one",
                    "the channel 'one' does not take events of alerts: answered 500"));

            all.happens(OPENED, "alert-channel:one", Severity.WARNING);
            all.clock.advance(Duration.ofSeconds(60));
            all.run();
            all.outbox.remind();

            assertThat(all.notices).as("it has taken the event").hasSize(1);
            assertThat(all.events()).doesNotContain("one opened alert-channel:one");
        }
    }

    @Test
    void twoChannelsThatFailDoNotTellEachOtherForEver() throws Exception {
        try (var all = new Channels(folder, channel("one"))) {
            all.refusals.add(new UndeliveredException("gone", true, null));
            all.happens(OPENED, "alert-channel:two", Severity.WARNING);
            all.run();
            all.outbox.remind();

            assertThat(all.told).hasSize(1);
            assertThat(all.notices).isEmpty();
        }
    }

    @Test
    void aTestIsSentOnceAndGivesItsReceiptOrTheReason() throws Exception {
        try (var all = new Channels(folder, channel("one", Severity.EMERGENCY, false, "never"))) {
            assertThat(all.outbox.test("one").said()).isEqualTo("test: taken");
            all.refusals.add(new UndeliveredException("answered 401"));

            Delivery failed = all.outbox.test("one");

            assertThat(failed.state()).isEqualTo(State.DEAD);
            assertThat(failed.said()).isEqualTo("answered 401");
            all.clock.advance(Duration.ofDays(1));
            all.run();
            assertThat(all.events()).containsExactly("one test test", "one test test");
            assertThat(all.notices).isEmpty();
        }
    }

    @Test
    void onlySoMuchWaitsForAChannel() throws Exception {
        try (var all = new Channels(folder, channel("one"))) {
            for (int i = 0; i < Outbox.MOST_FRESH; i++) {
                all.happens(OPENED, "c" + i, Severity.WARNING);
            }
            assertThat(all.outbox.pass()).hasSize(Outbox.AT_ONCE);
            assertThat(all.outbox.pass()).isEmpty();
            for (int i = 0; i <= Outbox.MOST_FRESH; i++) {
                all.happens(OPENED, "d" + i, Severity.WARNING);
            }
            assertThat(all.refused).as("is handed over again later").containsExactly("d" + Outbox.MOST_FRESH);
            all.outbox.pass();

            assertThat(all.kept()).filteredOn(each -> each.state() == State.WAITING).hasSize(Outbox.MOST_WAITING)
                    .allMatch(each -> each.about().startsWith("d"));
            assertThat(all.metrics.scrape()).contains("formulary_alert_waiting{channel=\"one\"} 1000.0");
        }
    }

    @Test
    void whatIsOverIsForgottenAfterAMonth() throws Exception {
        try (var all = new Channels(folder, channel("one"))) {
            all.happens(OPENED, "slow", Severity.WARNING);
            all.run();
            all.clock.advance(Duration.ofDays(31));
            all.run();

            assertThat(all.kept()).isEmpty();
        }
    }

    @Test
    void aFileThatIsDamagedBeginsAnewAndTheEventIsTold() throws Exception {
        Files.writeString(folder.resolve(DeliveryFile.FILE), "no database at all, and longer than a header ".repeat(9));
        try (var log = new LogLines(DeliveryFile.class); var all = new Channels(folder, channel("one"))) {
            all.happens(OPENED, "slow", Severity.WARNING);
            all.run();
            all.run();

            assertThat(all.events()).containsExactly("one opened slow");
            assertThat(log.lines()).anyMatch(each -> each.startsWith("ERROR events of alerts are damaged"));
        }
    }

    @Test
    void whileNothingCanBeWrittenNothingIsLostAndNothingIsSentAgainAndAgain() throws Exception {
        Path data = folder.resolve("data");
        try (var all = new Channels(data, channel("one")); var log = new LogLines(Pile.class)) {
            all.happens(OPENED, "slow", Severity.WARNING);
            all.run();
            all.run();
            assertThat(all.told).isEmpty();
            assertThat(log.lines()).singleElement().asString().startsWith("ERROR events of alerts wait");

            Files.createDirectories(data);
            all.run();

            assertThat(all.events()).containsExactly("one opened slow");
        }
    }

    @Test
    void whatIsHandedOverAgainAfterAKillIsToldOnce() throws Exception {
        Telling telling = Channels.telling(OPENED, new OpenAlert("r", "slow", Severity.WARNING, "it is slow",
                Channels.NOON, Channels.NOON, 1), Set.of("one"));
        try (var first = new Channels(folder, channel("one"))) {
            first.happens(telling);
            assertThat(first.written).as("it may be lost yet").isEmpty();
            first.run();
            assertThat(first.written).containsExactly(telling.id());
        }
        try (var next = new Channels(folder, channel("one"))) {
            next.happens(telling);
            next.run();

            assertThat(next.written).containsExactly(telling.id());
            assertThat(next.told).isEmpty();
            assertThat(next.kept()).hasSize(1);
        }
    }
}
