package dev.formulary.engine.route;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dialect.Catalogue;
import dev.formulary.engine.dialect.OllamaCatalogue;
import dev.formulary.engine.dialect.OpenAiChat;
import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.keys.KeyGrant;
import dev.formulary.engine.keys.KeyOrder;
import dev.formulary.engine.keys.KeyStore;
import dev.formulary.engine.keys.Throttle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is attached to an issued key, as a call meets it.
class IssuedKeyCallsTest {
    private static final List<Candidate> MODELS = List.of(Samples.free("home", "llama"), Samples.free("cloud", "gpt"));

    private final MutableClock clock = new MutableClock(NOON);
    private final Map<String, String> headers = new HashMap<>();
    @TempDir
    Path folder;
    @SuppressWarnings("NullAway.Init")
    private Reception reception;
    @SuppressWarnings("NullAway.Init")
    private KeyStore store;

    @BeforeEach
    void open() throws IOException {
        Settings settings = Samples.settings(Map.of("quick", "home/llama", "big", "cloud/gpt"), List.of());
        store = new KeyStore(folder.resolve("keys.jsonl"), clock, List.of());
        var keyring = new Keyring(settings.keys(), new Throttle(clock::millis, (_, _) -> {}), clock);
        store.follow(keyring::follow);
        reception = new Reception(keyring, Limits.none(), new Assessor(false),
                new Recollection(null, Settings.History.USUAL, clock), settings, new Aliases(settings.aliases()),
                clock);
    }

    private String issue(String name, KeyGrant grant) throws Exception {
        return store.create(new KeyOrder(name, null, grant, null, "")).secret().value();
    }

    private Arrival arrival(String body) {
        return new Arrival("http", "/v1/chat/completions", Map.copyOf(headers)::get,
                body.getBytes(StandardCharsets.UTF_8), true, Arrival.Presence.CONSTANT, "", "10.0.0.1");
    }

    private Received receive(String metadata) throws RefusedException {
        return reception.receive(new OpenAiChat(), arrival("{\"model\":\"auto\",\"metadata\":" + metadata
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"), 0);
    }

    private RefusedException refused(String metadata) {
        return Objects.requireNonNull(catchThrowableOfType(RefusedException.class, () -> receive(metadata)));
    }

    @Test
    void defaultsHoldUnlessTheCallSaysOtherwiseAndWhatIsFixedHolds() throws Exception {
        headers.put("authorization", "Bearer " + issue("phone", new KeyGrant("home", "", Set.of("child"),
                List.of("home/*"), List.of(), Map.of("need", "mindfulness"), Map.of("privacy", "local"))));
        Received plain = receive("{}");
        assertThat(plain.call().tenant()).isEqualTo("home");
        assertThat(plain.call().labels()).containsExactly("child");
        assertThat(plain.call().models()).containsExactly("home/*");
        assertThat(plain.context().need()).isEqualTo(Need.MINDFULNESS);
        assertThat(plain.context().privacy()).isEqualTo(Privacy.LOCAL);
        assertThat(plain.context().sources()).containsEntry("need", "key").containsEntry("privacy", "key");

        headers.put("x-formulary-context", "need=trauma_informed");
        assertThat(receive("{}").context().need()).isNotEqualTo(Need.MINDFULNESS);
        headers.put("x-formulary-context", "privacy=LOCAL");
        assertThat(receive("{}").context().privacy()).isEqualTo(Privacy.LOCAL);
        headers.put("x-formulary-context", "privacy=open");
        assertThat(refused("{}").refusal().status()).isEqualTo(400);
        assertThat(refused("{}").refusal().message()).contains("'privacy' is fixed by the API key as 'local'");
        headers.remove("x-formulary-context");
        assertThat(refused("{\"privacy\":\"open\"}").refusal().code()).isEqualTo("invalid_context");
    }

    @Test
    void theKeyMayStandInTheHeaderOfAnthropicsClients() throws Exception {
        headers.put("x-api-key", issue("phone", KeyGrant.of("home")));
        assertThat(receive("{}").call().key()).isEqualTo("phone");
        headers.put("authorization", "Bearer other");
        assertThat(refused("{}").refusal().status()).as("the bearer token counts").isEqualTo(401);
    }

    @Test
    void wrongKeysHaveToWaitAndAreToldHowLong() throws Exception {
        issue("phone", KeyGrant.of("home"));
        assertThat(refused("{}").refusal().status()).isEqualTo(401);
        headers.put("authorization", "Bearer wrong");
        for (int i = 0; i < 9; i++) {
            assertThat(refused("{}").refusal().status()).isEqualTo(401);
        }
        RefusedException tenth = refused("{}");
        assertThat(tenth.refusal().status()).isEqualTo(429);
        assertThat(tenth.refusal().code()).isEqualTo("too_many_wrong_keys");
        assertThat(tenth.headers()).containsEntry("Retry-After", "30").containsEntry("x-should-retry", "false");
        headers.remove("authorization");
        assertThat(refused("{}").refusal().status()).as("no key is no try").isEqualTo(401);
    }

    private List<String> listed(String entrance, String list, String name) throws Exception {
        var entrances = new Entrances(new Desk(folder, null).gateway(), reception, () -> MODELS,
                new Aliases(Map.of("quick", "home/llama", "big", "cloud/gpt", "any", "auto")), new Catalogue(NOON),
                book(),
                new PendingAnswers(clock),
                new ResponseDesk(reception, Retention.NONE),
                new OllamaEntrances(reception, () -> MODELS,
                        Map.of("quick", "home/llama", "big", "cloud/gpt", "any", "auto"), new OllamaCatalogue(NOON),
                        new Residence(_ -> null)));
        Answer.Whole answer = (Answer.Whole) Objects.requireNonNull(entrances.all().get(entrance)).enter(arrival(""));
        return Desk.json(answer).path(list).valueStream().map(each -> each.path(name)).map(JsonNode::asText).toList();
    }

    private static Entrances.DecisionBook book() {
        return new Entrances.DecisionBook() {
            @Override
            public byte[] write(Gateway.Decided decided) {
                return new byte[0];
            }

            @Override
            public byte[] find(String id, String tenant) {
                return new byte[0];
            }

            @Override
            public byte[] explain(String id, String tenant, String whyNot) {
                return new byte[0];
            }
        };
    }

    @Test
    void onlyWhatTheKeyMayUseIsListed() throws Exception {
        headers.put("authorization", "Bearer " + issue("phone", new KeyGrant("home", "", Set.of(), List.of("home/*"),
                List.of(), Map.of(), Map.of())));
        assertThat(listed("openai-models", "data", "id")).containsExactly("auto", "any", "quick", "home/llama");
        assertThat(listed("ollama-tags", "models", "name")).containsExactly("auto", "any", "quick", "home/llama");
        headers.put("authorization", "Bearer " + issue("laptop", KeyGrant.of("home")));
        assertThat(listed("openai-models", "data", "id")).contains("big", "cloud/gpt");
    }
}
