package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.house.Daybook;
import dev.formulary.engine.route.Entrances;
import dev.formulary.engine.session.Sessions;
import dev.formulary.engine.store.DecisionStore;
import dev.formulary.engine.store.Ledger;
import dev.formulary.engine.store.SessionFile;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.telemetry.Tracing;
import dev.formulary.engine.vitals.Activity;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sessions through the whole gateway: real rules, dispatcher and files around scripted providers.
class ContinuityTest {
    private static final String BODY = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    /// A busy machine must not look like rules that take too long.
    private static final Settings.Policy PATIENT = new Settings.Policy(true, 1_000, Duration.ofSeconds(30));
    private static final String RULES = """
        rule "scene" @id("scene") @reason("a new scene")
        when
            Context( says("scene", "ends") || therapy.session == SessionState.COMPLETED )
        then
            decision.move();
        end
        rule "fit" @id("fit") @reason("only models fit for a crisis")
        when
            Context( risk == Risk.HIGH )
        then
            decision.requireLabel("crisis");
        end
        rule "pin" @id("pin") @reason("a crisis was seen")
        when
            Continuity( crisisWithin(1800) == CrisisLevel.HIGH )
        then
            decision.pin();
        end
        """;

    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(NOON);
    private final Settings settings = Samples.settings(Map.of(), List.of(Samples.key("a", "sk-a", "alice"),
            Samples.key("b", "sk-b", "bob")));
    private Dispatching dispatching;
    private Policy policy = new Policy(Path.of(""), PATIENT, null, _ -> {});
    private List<Candidate> models = List.of();
    private DecisionStore log = new DecisionStore(Path.of(""), Path.of(""), settings.decisions(), _ -> {}, clock);
    private Sessions sessions = sessions();
    private @Nullable Ledger ledger;

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectories(folder.resolve("rules/context"));
        Files.writeString(folder.resolve("rules/context/a.drl"), RULES);
        policy = new Policy(folder.resolve("rules"), PATIENT, null, _ -> {});
        assertThat(policy.load().problems()).isEmpty();
        dispatching = new Dispatching(folder, 10_000_000);
        ledger = new Ledger(folder, folder, LedgerSettings.USUAL, "local", "keep", _ -> {}, clock);
        dispatching.provider("good").answers("fine");
        dispatching.provider("fit").answers("fine");
        models = List.of(model("good", 9), model("fit", 5, "crisis"));
        sessions.close();
        sessions = sessions();
    }

    @AfterEach
    void end() throws IOException {
        sessions.close();
        policy.close();
        log.close();
        Objects.requireNonNull(ledger).close();
        dispatching.assertNothingHeld();
    }

    private Sessions sessions() {
        Path data = folder == null ? Path.of("nowhere") : folder;
        return new Sessions(new Settings.Sessions(Duration.ofHours(1), 100, 300),
                new SessionShelf(new SessionFile(data, data, clock)), _ -> {}, clock);
    }

    private static Candidate model(String provider, double quality, String... labels) {
        return Candidate.of(provider, new ModelCard("m", Set.of(Capability.CHAT), 8_192, 0, 0, false, Set.of(labels),
                quality, -1, Map.of()), Candidate.Vitals.UNKNOWN);
    }

    private Answer.Whole ask(String session, String context, String key) throws InterruptedException {
        return (Answer.Whole) ask(BODY, session, context, key);
    }

    private Answer ask(String body, String session, String context, String key) throws InterruptedException {
        var alerts = new Alerts(Alerts.RESOLVE_AFTER);
        var chronicle = new Chronicle(log, sessions, new Metrics(), new ModelVitals(),
                new Probation(System::nanoTime), alerts, new Daybook(folder.resolve("cost.tsv"), clock),
                new Bookkeeping(Objects.requireNonNull(ledger), LedgerSettings.BEST_QUALITY), new Activity(),
                Tracing.OFF, clock);
        var now = new Situation(clock.instant(), Host.UNKNOWN, List.of(), 0, 0, Set.of());
        Entrance entrance = Objects.requireNonNull(Entrances.of(new Entrances.Stages(settings,
                new Keyring(settings.keys()), Limits.none(), new Assessor(true), policy::decide, sessions::before,
                () -> now,
                () -> models, null, dispatching.dispatcher, chronicle,
                new Decisions(log, chronicle, _ -> java.util.Optional.empty()), clock)).all().get("openai-chat"));
        Map<String, String> headers = Map.of("x-formulary-session", session, "x-formulary-context", context,
                "authorization", "Bearer " + key);
        return entrance.enter(new Arrival("http", "/v1/chat/completions", headers::get,
                body.getBytes(StandardCharsets.UTF_8), true, Arrival.Presence.CONSTANT));
    }

    /// Who answers.
    private String answers(String session, String context) throws InterruptedException {
        return Objects.requireNonNull(ask(session, context, "sk-a").headers().get("X-Formulary-Model"));
    }

    private List<String> reasons() {
        return log.recent(1).getFirst().decision().reasons().stream().filter(one -> one.rule().equals("engine"))
                .map(Reason::verb).toList();
    }

    @Test
    void aSessionStaysAndMovesAtABoundary() throws Exception {
        assertThat(answers("s", "risk=high")).isEqualTo("fit/m");
        clock.advance(Duration.ofMinutes(31));
        assertThat(answers("s", "risk=low")).as("stays, though another one is better").isEqualTo("fit/m");
        assertThat(reasons()).containsExactly("stay");
        assertThat(answers("other", "risk=low")).as("another session does not").isEqualTo("good/m");
        assertThat(Objects.requireNonNull(ask("s", "risk=low", "sk-b").headers().get("X-Formulary-Model")))
                .as("another tenant's session of that name is another one").isEqualTo("good/m");
        assertThat(answers("s", "session-state=completed")).isEqualTo("good/m");
        assertThat(sessions.find("alice", "s").orElseThrow().switches()).isEqualTo(1);
    }

    @Test
    void itMovesOnWhenItsModelFailsAndStaysThere() throws Exception {
        assertThat(answers("s", "risk=low")).isEqualTo("good/m");
        dispatching.providers.put("good", new ScriptedProvider().fails(FailureCategory.CONNECT));
        assertThat(answers("s", "risk=low")).isEqualTo("fit/m");
        dispatching.provider("good").answers("back again");
        assertThat(answers("s", "risk=low")).as("no jumping back").isEqualTo("fit/m");
    }

    @Test
    void itIsPinnedAfterACrisis() throws Exception {
        assertThat(answers("s", "risk=high")).isEqualTo("fit/m");
        clock.advance(Duration.ofMinutes(29));
        assertThat(answers("s", "session-state=completed")).as("pinned").isEqualTo("fit/m");
        clock.advance(Duration.ofMinutes(2));
        assertThat(answers("s", "session-state=completed")).as("free again").isEqualTo("good/m");
    }

    private static String system(ScriptedProvider provider, int call) {
        ChatRequest asked = List.copyOf(provider.requests).get(call);
        boolean first = asked.messages().getFirst().role() == ChatRequest.Role.SYSTEM;
        String bytes = new String(Objects.requireNonNull(asked.source()).bytes(), StandardCharsets.UTF_8);
        assertThat(bytes.contains("You take over")).as("bytes and messages say the same").isEqualTo(first);
        return first ? asked.messages().getFirst().plainText() : "";
    }

    @Test
    void whoTakesOverIsToldWhatIsKnownAndTheOthersAreNot() throws Exception {
        var good = (ScriptedProvider) Objects.requireNonNull(dispatching.providers.get("good"));
        var fit = (ScriptedProvider) Objects.requireNonNull(dispatching.providers.get("fit"));
        answers("s", "emotion=calm");
        answers("s", "emotion=anxious, age=teen");
        assertThat(system(good, 0)).as("a new session has nothing to be told").isEmpty();
        assertThat(system(good, 1)).as("the session's own model knows").isEmpty();

        Answer.Whole moved = ask("s", "risk=high, emotion=distressed, approach=cbt", "sk-a");
        assertThat(system(fit, 0)).startsWith("You take over").contains("crisis (high) is in this call",
                "calm, anxious, distressed", "Approach of the therapy: cbt").doesNotContain("hi\n", "alice");
        assertThat(moved.headers()).hasEntrySatisfying("X-Formulary-Handed-Over",
                tokens -> assertThat(Integer.parseInt(tokens)).isBetween(40, 300));
        assertThat(Objects.requireNonNull(log.recent(1).getFirst().outcome()).handedOver())
                .isEqualTo(system(fit, 0));

        Answer.Whole stayed = ask("s", "risk=high, emotion=distressed", "sk-a");
        assertThat(system(fit, 1)).as("told once").isEmpty();
        assertThat(stayed.headers()).doesNotContainKey("X-Formulary-Handed-Over");
        assertThat(Objects.requireNonNull(log.recent(1).getFirst().outcome()).handedOver()).isEmpty();
    }

    @Test
    void aModelWithoutRoomForItIsToldNothing() throws Exception {
        answers("s", "emotion=anxious");
        models = List.of(model("good", 9), new Candidate("fit/m", "fit", new ModelCard("m", Set.of(Capability.CHAT),
                290, 0, 0, false, Set.of("crisis"), 5, -1, Map.of()), Candidate.Vitals.UNKNOWN));
        Answer.Whole moved = ask("s", "risk=high", "sk-a");
        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.headers()).containsEntry("X-Formulary-Model", "fit/m")
                .doesNotContainKey("X-Formulary-Handed-Over");
        assertThat(system((ScriptedProvider) Objects.requireNonNull(dispatching.providers.get("fit")), 0)).isEmpty();
    }

    @Test
    void aStreamBearsTheHeaderTooAndItsOutcomeTheText() throws Exception {
        answers("s", "emotion=anxious");
        var streamed = (Answer.Streamed) ask(BODY.replace("\"auto\"", "\"auto\",\"stream\":true"), "s", "risk=high",
                "sk-a");
        assertThat(streamed.headers()).containsKey("X-Formulary-Handed-Over").containsEntry("X-Formulary-Model",
                "fit/m");
        try (Answer.Frames frames = streamed.frames()) {
            assertThat(frames.next()).isNotNull();
            assertThat(sessions.find("alice", "s").orElseThrow().model()).as("until its end").isEqualTo("good/m");
            while (frames.next() != null) {
                // to its end
            }
        }
        assertThat(Objects.requireNonNull(log.recent(1).getFirst().outcome()).handedOver()).contains("(high)");
        assertThat(sessions.find("alice", "s").orElseThrow().model()).isEqualTo("fit/m");
    }

    @Test
    void afterAFailureOnlyWhoTakesOverIsTold() throws Exception {
        answers("s", "emotion=anxious");
        var broken = new ScriptedProvider().fails(FailureCategory.CONNECT);
        dispatching.providers.put("good", broken);
        var fit = (ScriptedProvider) Objects.requireNonNull(dispatching.providers.get("fit"));
        assertThat(answers("s", "emotion=overwhelmed")).isEqualTo("fit/m");
        assertThat(system(broken, 0)).isEmpty();
        assertThat(system(fit, 0)).contains("anxious, overwhelmed");
    }

    @Test
    void aPinFailsNoCall() throws Exception {
        assertThat(answers("s", "risk=high")).isEqualTo("fit/m");
        models = List.of(model("good", 9));
        assertThat(answers("s", "risk=low")).isEqualTo("good/m");
        assertThat(reasons()).containsExactly("move");
    }

    @Test
    void aNewProcessGoesOnWithTheSession() throws Exception {
        assertThat(answers("s", "risk=high")).isEqualTo("fit/m");
        sessions.close();
        sessions = sessions();
        assertThat(answers("s", "session-state=completed")).as("the pin outlives the process").isEqualTo("fit/m");
        clock.advance(Duration.ofHours(2));
        sessions.close();
        sessions = sessions();
        assertThat(answers("s", "risk=low")).as("the session has ended").isEqualTo("good/m");
    }
}
