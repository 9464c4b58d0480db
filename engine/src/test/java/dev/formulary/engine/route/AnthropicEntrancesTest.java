package dev.formulary.engine.route;

import static dev.formulary.engine.route.Desk.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dialect.Catalogue;
import dev.formulary.engine.dialect.OllamaCatalogue;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Entrance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnthropicEntrancesTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final String ASKED = "{\"model\":\"auto\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
            + "\"content\":\"hi\"}]}";

    @TempDir
    Path folder;
    private final Map<String, String> headers = new HashMap<>(Map.of("x-api-key", "sk-1"));
    private @Nullable Map<String, Entrance> entrances;
    private @Nullable Desk desk;

    @BeforeEach
    void open() {
        Settings settings = Samples.settings(Map.of(), List.of(Samples.key("ann", "sk-1", "t")));
        desk = new Desk(folder, null, settings);
        var clock = new MutableClock(NOON);
        var reception = new Reception(new Keyring(settings.keys()), Limits.none(), new Assessor(false),
                new Recollection(null, Settings.History.USUAL, clock), settings, new Aliases(Map.of()), clock);
        entrances = new Entrances(desk.gateway(), reception,
                () -> List.of(Dispatching.model("a"), Dispatching.model("b")), new Aliases(Map.of("quick", "auto")),
                new Catalogue(NOON),
                new NoBook(), new PendingAnswers(InstantSource.fixed(NOON)),
                new ResponseDesk(reception, Retention.NONE),
                new OllamaEntrances(reception, List::of, Map.of(), new OllamaCatalogue(NOON), new Residence(_ -> null)))
                .all();
    }

    private static final class NoBook implements Entrances.DecisionBook {
        @Override
        public byte[] write(Gateway.Decided decided) {
            return decided.question().call().dialect().name().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte @Nullable [] find(String id, String tenant) {
            return null;
        }

        @Override
        public byte @Nullable [] explain(String id, String tenant, String whyNot) {
            return null;
        }
    }

    private Answer.Whole ask(String name, String path, String query, String body) throws InterruptedException {
        Entrance entrance = Objects.requireNonNull(Objects.requireNonNull(entrances).get(name));
        return (Answer.Whole) entrance.enter(new Arrival("http", path, Map.copyOf(headers)::get,
                body.getBytes(StandardCharsets.UTF_8), true, Arrival.Presence.CONSTANT, query));
    }

    private JsonNode models(String query) throws InterruptedException {
        return json(ask("openai-models", "/v1/models", query, ""));
    }

    private int counted(String body) throws InterruptedException {
        Answer.Whole answer = ask("anthropic-count-tokens", "/v1/messages/count_tokens", "", body);
        assertThat(answer.status()).isEqualTo(200);
        return json(answer).path("input_tokens").asInt();
    }

    @Test
    void theListHasTheFormOfWhoAsks() throws Exception {
        assertThat(models("").path("object").asText()).isEqualTo("list");

        headers.put("anthropic-version", "2023-06-01");
        JsonNode page = models("limit=2");
        assertThat(page.path("data")).extracting(each -> each.path("id").asText()).containsExactly("auto", "quick");
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(models("limit=2&after_id=quick").path("data")).extracting(each -> each.path("id").asText())
                .containsExactly("a/m", "b/m");
        assertThat(models("before_id=a%2Fm&limit=1").path("first_id").asText()).isEqualTo("quick");
        Answer.Whole wrong = ask("openai-models", "/v1/models", "limit=0", "");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(json(wrong).at("/error/type").asText()).isEqualTo("invalid_request_error");
    }

    @Test
    void aModelHasTheFormOfWhoAsksToo() throws Exception {
        assertThat(json(ask("openai-model", "/v1/models/a/m", "", "")).path("object").asText()).isEqualTo("model");
        headers.put("anthropic-version", "2023-06-01");
        assertThat(json(ask("openai-model", "/v1/models/a%2Fm", "", "")).path("type").asText()).isEqualTo("model");
        Answer.Whole none = ask("openai-model", "/v1/models/c", "", "");
        assertThat(none.status()).isEqualTo(404);
        assertThat(json(none).path("type").asText()).isEqualTo("error");
        assertThat(json(none).at("/error/type").asText()).isEqualTo("not_found_error");
    }

    @Test
    void tokensAreCountedAsPolicySeesThemAndThoseOfToolsBesides() throws Exception {
        String plain = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"What is the weather?\"}]}";
        int tokens = counted(plain);
        Objects.requireNonNull(desk).dispatching.provider("a").answers("sun");
        headers.put("authorization", "Bearer sk-1");
        ask("anthropic-messages", "/v1/messages", "", plain.replace("{\"model\"", "{\"max_tokens\":9,\"model\""));
        assertThat(Objects.requireNonNull(desk).contexts.element().promptTokens()).isEqualTo(tokens);

        String tools = plain.replace("{\"model\"", "{\"tools\":[{\"name\":\"weather\",\"description\":"
                + "\"Tells the weather of a city\",\"input_schema\":{\"type\":\"object\"}}],\"model\"");
        assertThat(counted(tools)).isGreaterThan(tokens + 10);
    }

    @Test
    void aRequestHasAnIdInItsHeaderAndInItsError() throws Exception {
        Objects.requireNonNull(desk).dispatching.provider("a").answers("Hello");
        Answer.Whole answer = ask("anthropic-messages", "/v1/messages", "", ASKED);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(json(answer).at("/content/0/text").asText()).isEqualTo("Hello");
        assertThat(answer.headers()).containsEntry("request-id", "req_" + answer.headers().get("X-Formulary-Decision"));

        for (String name : List.of("anthropic-messages", "anthropic-count-tokens")) {
            Answer.Whole wrong = ask(name, "/v1/messages", "", "{}");
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(json(wrong).path("request_id").asText()).startsWith("req_")
                    .isEqualTo(wrong.headers().get("request-id"));
        }
    }

    @Test
    void aKeyMayStandWhereAnthropicsClientsPutIt() throws Exception {
        Objects.requireNonNull(desk).dispatching.provider("a").answers("Hello");
        for (String name : List.of("openai-chat", "anthropic-messages")) {
            assertThat(ask(name, "/", "", ASKED).status()).isEqualTo(200);
        }
        assertThat(Objects.requireNonNull(desk).calls).allMatch(call -> call.key().equals("ann"));

        headers.put("x-api-key", "sk-2");
        Answer.Whole refused = ask("anthropic-messages", "/v1/messages", "", ASKED);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(json(refused).at("/error/type").asText()).isEqualTo("authentication_error");
        assertThat(new String(refused.body(), StandardCharsets.UTF_8)).doesNotContain("sk-2");
        assertThat(ask("anthropic-count-tokens", "/v1/messages/count_tokens", "", ASKED).status()).isEqualTo(401);
        headers.put("anthropic-version", "2023-06-01");
        assertThat(ask("openai-models", "/v1/models", "", "").status()).isEqualTo(401);
        assertThat(ask("openai-model", "/v1/models/a/m", "", "").status()).isEqualTo(401);
    }

    @Test
    void aDecisionIsMadeForItsBodyToo() throws Exception {
        assertThat(ask("decide", "/v1/decide", "", ASKED.replace("\"model\"", "\"system\":\"s\",\"model\"")).body())
                .asString().isEqualTo("ANTHROPIC_MESSAGES");
        assertThat(ask("decide", "/v1/decide", "", ASKED).body()).asString().isEqualTo("OPENAI_CHAT");
    }
}
