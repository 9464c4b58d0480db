package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.config.Versions.Version;
import dev.formulary.engine.facts.FailureClass;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The providers of the configuration file are followed while the gateway runs, and a bad change harms nothing.
class ConfigurationDeskTest {
    private static final Map<String, String> ENV = Map.of("FIRST_KEY", "sesame");
    private static final String ONE = """
        discover: false
        providers:
          - id: first
            kind: openai
            api-key: ${FIRST_KEY}
        """;
    private static final String TWO = ONE + "  - id: second\n    kind: openai\n";
    private static final String OTHER = ONE.replace("${FIRST_KEY}", "wrong");

    @TempDir
    private Path folder;
    private final MutableClock clock = new MutableClock(Instant.parse("2026-08-01T12:00:00Z"));
    private final AtomicLong nanos = new AtomicLong();
    private final Alerts alerts = new Alerts(Duration.ofMinutes(5));
    private final Probation probation = new Probation(nanos::get);
    private final List<Set<String>> news = new ArrayList<>();
    private List<ProviderEntry> serving = List.of();
    private List<String> problems = List.of();
    private ConfigurationDesk desk;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(folder.resolve("conf"));
        write(ONE);
        desk = open();
    }

    private ConfigurationDesk open() throws Exception {
        var file = new ConfigurationFile(new Home(folder), ENV, clock);
        Settings started = file.read(file.text());
        serving = started.providers();
        return new ConfigurationDesk(file, started, this::follow, probation, alerts, clock, nanos::get);
    }

    private List<String> follow(List<ProviderEntry> providers, Set<String> concerned) {
        news.add(concerned);
        if (problems.isEmpty()) {
            serving = providers;
        }
        return problems;
    }

    private void write(String text) throws Exception {
        Files.writeString(folder.resolve("conf/formulary.yaml"), text);
    }

    private String written() throws Exception {
        return Files.readString(folder.resolve("conf/formulary.yaml"));
    }

    private void settle() {
        while (desk.reconcile()) {
            nanos.addAndGet(Duration.ofMillis(100).toNanos());
        }
    }

    private void change(String text) throws Exception {
        write(text);
        settle();
    }

    private List<String> ids() {
        return serving.stream().map(ProviderEntry::id).toList();
    }

    private Object shown(String member) {
        return Objects.requireNonNull(desk.document().get(member), member);
    }

    private List<String> alerts() {
        desk.tick();
        return alerts.open().stream().map(OpenAlert::code).toList();
    }

    private List<String> history() {
        List<?> all = (List<?>) Objects.requireNonNull(desk.documents().get(ConfigurationDesk.HISTORY)).get();
        return all.stream().map(Version.class::cast).map(each -> (each.event() + " " + each.changed()).strip())
                .toList();
    }

    private Change.Result rollback(String to) {
        return Objects.requireNonNull(desk.changes().get(ConfigurationDesk.ROLLBACK))
                .apply(Map.of("to", to, "by", "maria"));
    }

    private void attempts(String provider, FailureClass failure, int times) {
        for (int i = 0; i < times; i++) {
            nanos.addAndGet(10);
            probation.ended(provider, failure, 1);
        }
    }

    private void answered() {
        nanos.addAndGet(10);
        probation.ended("first", null, 1);
    }

    @Test
    void aChangeIsFollowedOnceAndWrittenDown() throws Exception {
        change(TWO);
        settle();
        assertThat(ids()).containsExactly("first", "second");
        assertThat(news).containsExactly(Set.of("second"));
        assertThat(shown("state")).isEqualTo(ConfigurationDesk.State.SERVING);
        assertThat(history()).containsExactly("CHANGED +second", "STARTED");
        change(OTHER);
        assertThat(history().getFirst()).isEqualTo("CHANGED ~first -second");
        assertThat(serving.getFirst().settings()).containsEntry("api-key", "wrong");
        assertThat(alerts()).isEmpty();
    }

    @Test
    void aFileThatIsStillBeingWrittenIsLeftAlone() throws Exception {
        write("");
        assertThat(desk.reconcile()).isTrue();
        nanos.addAndGet(Duration.ofMillis(199).toNanos());
        assertThat(desk.reconcile()).isTrue();
        write(TWO);
        nanos.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(desk.reconcile()).isTrue();
        assertThat(news).isEmpty();
        settle();
        assertThat(ids()).containsExactly("first", "second");
    }

    @Test
    void aBrokenFileIsRefusedWithItsPlace() throws Exception {
        change(ONE + "    parallel: many\n");
        assertThat(shown("state")).isEqualTo(ConfigurationDesk.State.REFUSED);
        assertThat(shown("problems").toString()).contains("conf/formulary.yaml:6:", "parallel");
        assertThat(alerts()).containsExactly("configuration-refused");
        assertThat(news).isEmpty();
        assertThat(history()).containsExactly("STARTED");

        change(ONE);
        assertThat(shown("state")).isEqualTo(ConfigurationDesk.State.SERVING);
        assertThat(shown("problems")).isEqualTo(List.of());
        assertThat(news).isEmpty();
    }

    @Test
    void aVariableThatIsNotSetIsAComplaintAsAtTheStart() throws Exception {
        change(ONE.replace("FIRST_KEY", "SECOND_KEY"));
        assertThat(shown("problems").toString()).contains("conf/formulary.yaml:5:", "SECOND_KEY is not set");
    }

    @Test
    void providersThatCannotBeMadeRefuseTheWholeFile() throws Exception {
        problems = List.of("the provider 'second' can't be made: no key");
        change(TWO);
        assertThat(shown("state")).isEqualTo(ConfigurationDesk.State.REFUSED);
        assertThat(shown("problems")).isEqualTo(problems);
        assertThat(ids()).containsExactly("first");
        settle();
        assertThat(news).as("not tried again").hasSize(1);
    }

    @Test
    void aMissingFileChangesNothing() throws Exception {
        Files.delete(folder.resolve("conf/formulary.yaml"));
        settle();
        assertThat(ids()).containsExactly("first");
        assertThat(shown("problems").toString()).contains("conf/formulary.yaml is missing");
        change(TWO);
        assertThat(ids()).containsExactly("first", "second");
    }

    @Test
    void whatElseChangesNeedsARestart() throws Exception {
        change(TWO + "queue: { most: 3 }\ncache: { enabled: false }\n");
        assertThat(ids()).containsExactly("first", "second");
        assertThat(shown("needs_restart")).isEqualTo(List.of("cache", "queue"));
        change(TWO);
        assertThat(shown("needs_restart")).isEqualTo(List.of());
    }

    @Test
    void noSecretIsShownOrKeptInThePlaceOfItsVariable() throws Exception {
        change(TWO);
        assertThat(new String(AdminJson.write(desk.document()), StandardCharsets.UTF_8)).doesNotContain("sesame");
        try (var files = Files.list(folder.resolve("data/configuration"))) {
            for (Path file : files.toList()) {
                assertThat(file).content().doesNotContain("sesame");
            }
        }
    }

    @Test
    void aProviderThatFailsAfterTheChangeGetsItsFormerSettingsBack() throws Exception {
        answered();
        change(OTHER);
        assertThat(shown("on_probation")).isEqualTo(List.of("first"));
        attempts("first", FailureClass.AUTH, Probation.ATTEMPTS);
        settle();

        assertThat(serving.getFirst().settings()).containsEntry("api-key", "sesame");
        assertThat(written()).isEqualTo(OTHER);
        assertThat(shown("state")).isEqualTo(ConfigurationDesk.State.RETURNED);
        assertThat(shown("problems").toString()).contains("'first'", "auth");
        assertThat(alerts()).containsExactly("configuration-returned");
        assertThat(history()).containsExactly("RETURNED ~first", "CHANGED ~first", "STARTED");
        int times = news.size();
        settle();
        assertThat(news).as("the file is not tried again").hasSize(times);

        change(TWO);
        assertThat(shown("state")).isEqualTo(ConfigurationDesk.State.SERVING);
        assertThat(ids()).containsExactly("first", "second");
    }

    @Test
    void aChangeThatAnswersStays() throws Exception {
        answered();
        change(OTHER);
        attempts("first", FailureClass.AUTH, Probation.ATTEMPTS - 1);
        answered();
        attempts("first", FailureClass.AUTH, 20);
        settle();
        assertThat(serving.getFirst().settings()).containsEntry("api-key", "wrong");
        assertThat(shown("returns_to")).isEqualTo(shown("serving"));
    }

    @Test
    void twoBadChangesLeadBackToTheLastThatAnswered() throws Exception {
        answered();
        change(OTHER);
        change(OTHER.replace("wrong", "wronger"));
        attempts("first", FailureClass.CONNECT, Probation.ATTEMPTS);
        settle();
        assertThat(serving.getFirst().settings()).containsEntry("api-key", "sesame");
    }

    @Test
    void anEarlierVersionIsPutBackAndServesAtOnce() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("conf/formulary.yaml"),
                PosixFilePermissions.fromString("rw-r-----"));
        change(TWO);
        assertThat(rollback("")).isInstanceOfSatisfying(Change.Result.Done.class,
                done -> assertThat(done.document()).asInstanceOf(
                        org.assertj.core.api.InstanceOfAssertFactories.MAP).containsEntry("accepted", true));
        assertThat(written()).isEqualTo(ONE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("conf/formulary.yaml"))))
                .isEqualTo("rw-r-----");
        assertThat(ids()).containsExactly("first");
        settle();
        assertThat(news).hasSize(2);
        assertThat(history()).containsExactly("ROLLED_BACK -second", "CHANGED +second", "STARTED");
    }

    @Test
    void whatNeverServedIsKeptWhenAnEarlierVersionIsPutBack() throws Exception {
        change("providers: [");
        assertThat(rollback("1")).isInstanceOf(Change.Result.Done.class);
        assertThat(written()).isEqualTo(ONE);
        assertThat(shown("state")).isEqualTo(ConfigurationDesk.State.SERVING);
        assertThat(history()).containsExactly("ROLLED_BACK", "KEPT", "STARTED");
    }

    @Test
    void whatCannotBePutBackChangesNothing() throws Exception {
        assertThat(rollback("9")).isEqualTo(new Change.Result.Refused("rollback_refused",
                "no version is '9'; name a number or the first digits of a hash of: formulary config history"));
        assertThat(rollback("1")).isInstanceOfSatisfying(Change.Result.Refused.class,
                refused -> assertThat(refused.reason()).contains("holds version", "already"));
        assertThat(written()).isEqualTo(ONE);
    }

    @Test
    void aRestartWithTheSameFileIsNoNewVersion() throws Exception {
        desk = open();
        assertThat(history()).containsExactly("STARTED");
    }
}
