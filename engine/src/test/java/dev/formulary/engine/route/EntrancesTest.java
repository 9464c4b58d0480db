package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dialect.Catalogue;
import dev.formulary.engine.dialect.OllamaCatalogue;
import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Entrance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Explanations for callers take time, so only a few callers may wait for them.
class EntrancesTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final int MOST = 4;

    @TempDir
    Path folder;
    private final CountDownLatch begun = new CountDownLatch(MOST);
    private final CountDownLatch go = new CountDownLatch(1);

    @Test
    void aFifthCallerIsAskedToComeBack() throws Exception {
        Settings settings = Samples.settings(Map.of(), List.of());
        var reception = new Reception(new Keyring(settings.keys()), Limits.none(), new Assessor(false),
                new Recollection(null, Settings.History.USUAL, new MutableClock(NOON)), settings,
                new Aliases(Map.of()), new MutableClock(NOON));
        Entrance entrance = Objects.requireNonNull(new Entrances(new Desk(folder, null).gateway(), reception,
                List::of, new Aliases(Map.of()), new Catalogue(NOON), book(),
                new PendingAnswers(InstantSource.fixed(NOON)), new ResponseDesk(reception, Retention.NONE),
                new OllamaEntrances(reception, List::of, Map.of(), new OllamaCatalogue(NOON), new Residence(_ -> null)))
                .all()
                .get("decision"));
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < MOST; i++) {
                waiting.add(callers.submit(() -> entrance.enter(arrival("explain=true&why_not=a%2Fb"))));
            }
            begun.await();

            Answer.Whole refused = (Answer.Whole) entrance.enter(arrival("explain=true"));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.headers()).containsEntry("Retry-After", "1");
            assertThat(text(refused)).contains("too_many_explanations");
            assertThat(text((Answer.Whole) entrance.enter(arrival("")))).as("looking up goes on").isEqualTo("found");

            go.countDown();
            for (Future<Answer> one : waiting) {
                assertThat(text((Answer.Whole) one.get())).isEqualTo("why not a/b");
            }
        }
        assertThat(text((Answer.Whole) entrance.enter(arrival("explain=true")))).isEqualTo("why not ");
    }

    private static Arrival arrival(String query) {
        return new Arrival("http", "/v1/decisions/d1", _ -> null, new byte[0], true, Arrival.Presence.CONSTANT, query);
    }

    private static String text(Answer.Whole answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private Entrances.DecisionBook book() {
        return new Entrances.DecisionBook() {
            @Override
            public byte[] write(Gateway.Decided decided) {
                return new byte[0];
            }

            @Override
            public byte @Nullable [] find(String id, String tenant) {
                return "found".getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public byte @Nullable [] explain(String id, String tenant, String whyNot) {
                begun.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return ("why not " + whyNot).getBytes(StandardCharsets.UTF_8);
            }
        };
    }
}
