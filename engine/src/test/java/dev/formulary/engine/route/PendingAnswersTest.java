package dev.formulary.engine.route;

import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.STREAMED;
import static dev.formulary.engine.route.Desk.allowing;
import static dev.formulary.engine.route.Desk.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Lane;
import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.spi.FailureCategory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A provider that takes one call at a time, and has one.
class PendingAnswersTest {
    @TempDir
    private Path folder;
    private Desk desk;
    private ScriptedProvider provider;
    private Lane lane;
    private Turn other;

    @BeforeEach
    void begin() {
        desk = new Desk(folder, null);
        desk.policy = allowing(0, "a");
        desk.dispatching.parallel.put("a", 1);
        provider = desk.dispatching.provider("a").answers("at last");
        lane = desk.dispatching.lanes.of("a");
        other = Objects.requireNonNull(lane.enter());
        desk.requestHeaders.put("prefer", "respond-async, wait=10");
    }

    @AfterEach
    void everythingIsSettled() {
        other.ignored();
        await().untilAsserted(() -> desk.assertSettled());
    }

    private Keyring.Caller caller() {
        return new Keyring.Caller(desk.calls.element().key(), desk.calls.element().tenant());
    }

    private String deferred() throws InterruptedException {
        Answer.Whole early = desk.whole(HELLO);
        assertThat(early.status()).isEqualTo(202);
        return desk.calls.element().id();
    }

    private Answer.Whole fetched(String id) {
        return (Answer.Whole) Objects.requireNonNull(desk.pending.find(id, caller()));
    }

    @Test
    void whoWouldWaitInLineIsToldWhereTheAnswerWillBe() throws Exception {
        Answer.Whole early = desk.whole(HELLO);
        String id = desk.calls.element().id();
        assertThat(early.status()).isEqualTo(202);
        assertThat(early.headers()).containsEntry("Location", "/v1/answers/" + id)
                .containsEntry("Preference-Applied", "respond-async")
                .containsEntry("X-Formulary-Queue-Position", "1").containsEntry("Retry-After", "1")
                .doesNotContainKey("X-Formulary-Queue-Eta-Ms");
        assertThat(json(early).at("/queue/position").asInt()).isEqualTo(1);
        assertThat(fetched(id).status()).isEqualTo(202);

        other.ignored();
        await().until(() -> fetched(id).status() == 200);
        assertThat(json(fetched(id)).at("/choices/0/message/content").asText()).isEqualTo("at last");
        assertThat(fetched(id).headers()).containsEntry("X-Formulary-Model", "a/m");
        desk.clock.advance(PendingAnswers.KEPT.plus(Duration.ofSeconds(1)));
        assertThat(desk.pending.find(id, caller())).isNull();
    }

    @Test
    void whoNeedNotWaitGetsTheAnswerAtOnce() throws Exception {
        other.ignored();
        assertThat(desk.whole(HELLO).status()).isEqualTo(200);
        assertThat(desk.pending.find(desk.calls.element().id(), caller())).isNull();
    }

    @Test
    void aFailureIsFetchedLikeAnAnswer() throws Exception {
        desk.dispatching.providers.put("a", new ScriptedProvider().fails(FailureCategory.REFUSED));
        String id = deferred();
        other.ignored();
        await().until(() -> fetched(id).status() != 202);
        assertThat(json(fetched(id)).at("/error/code").asText()).isNotEmpty();
    }

    @Test
    void nobodyElseGetsIt() throws Exception {
        String id = deferred();
        var stranger = new Keyring.Caller("eve", caller().tenant());
        assertThat(desk.pending.find(id, stranger)).isNull();
        assertThat(desk.pending.cancel(id, stranger)).isFalse();
    }

    @Test
    void whatIsNotWantedAnyMoreLeavesTheLine() throws Exception {
        String id = deferred();
        assertThat(desk.pending.cancel(id, caller())).isTrue();
        await().until(() -> lane.occupancy().waiting() == 0);
        assertThat(desk.pending.find(id, caller())).isNull();
        await().until(() -> !desk.outcomes.isEmpty());
        assertThat(desk.outcome().status()).isEqualTo(Status.CLIENT_GONE);
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void streamsAndOtherWaysInAreNotDeferred() throws Exception {
        other.ignored();
        assertThat(Desk.text(Desk.frames(desk.streamed(STREAMED)))).contains("at last");
        desk.mayStream = false;
        assertThat(desk.whole(HELLO).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        respond-async               | true
        RESPOND-ASYNC               | true
        wait=5, respond-async       | true
        respond-async,return=minimal| true
        respond-asynchronously      | false
        return=minimal              | false
        """)
    void readsThePreference(String prefer, boolean preferred) {
        assertThat(PendingAnswers.preferred(prefer)).isEqualTo(preferred);
        assertThat(PendingAnswers.preferred(null)).isFalse();
    }
}
