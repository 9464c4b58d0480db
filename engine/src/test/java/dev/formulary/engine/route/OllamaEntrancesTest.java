package dev.formulary.engine.route;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dialect.OllamaCatalogue;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaEntrancesTest {
    private static final Candidate CHAT = candidate("home", "llama3:8b", Set.of(Capability.CHAT, Capability.TOOLS));
    private static final Candidate VECTORS = candidate("home", "bge-m3", Set.of(Capability.EMBED));
    private static final Candidate OTHER = candidate("cloud", "bge-m3", Set.of(Capability.EMBED));

    @TempDir
    Path folder;
    private Map<String, Entrance> entrances = Map.of();
    private boolean mayStream = true;

    private static Candidate candidate(String provider, String id, Set<Capability> can) {
        return Candidate.of(provider, new ModelCard(id, can, 4_096, 0, 0, true, Set.of(), -1, -1, Map.of()),
                Candidate.Vitals.UNKNOWN);
    }

    @BeforeEach
    void open() {
        entrances = entrances(List.of());
    }

    private Map<String, Entrance> entrances(List<Settings.Key> keys) {
        Settings settings = Samples.settings(Map.of("home-chat", "home/llama3:8b", "any", "auto"), keys);
        var clock = new MutableClock(NOON);
        var dispatching = new Dispatching(folder, 1_000);
        dispatching.providers.put("home", new ScriptedProvider().onThisMachine("llama3:8b", "removed"));
        var reception = new Reception(new Keyring(settings.keys()), Limits.none(), new Assessor(false),
                new Recollection(null, Settings.History.USUAL, clock), settings, new Aliases(settings.aliases()),
                clock);
        return new OllamaEntrances(reception, () -> List.of(CHAT, VECTORS, OTHER), settings.aliases(),
                new OllamaCatalogue(NOON), new Residence(dispatching::borrow)).all();
    }

    private Answer ask(String entrance, String body) throws InterruptedException {
        return Objects.requireNonNull(entrances.get(entrance)).enter(new Arrival("http", "/api/x", _ -> null,
                body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), mayStream, Arrival.Presence.CONSTANT));
    }

    private JsonNode json(String entrance, String body) throws InterruptedException {
        return Desk.json((Answer.Whole) ask(entrance, body));
    }

    @Test
    void allNamesAreListed() throws Exception {
        assertThat(json("ollama-tags", "").path("models")).extracting(model -> model.path("name").asText())
                .containsExactly("auto", "any", "home-chat", "home/llama3:8b", "home/bge-m3", "cloud/bge-m3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "auto:latest", "any", "home-chat", "home-chat:latest", "home/llama3:8b",
            "llama3:8b"})
    void aModelIsShownByAnyNameUnderWhichItCanBeAsked(String name) throws Exception {
        assertThat(json("ollama-show", "{'name':'" + name + "'}").path("capabilities").toString())
                .contains("completion", "tools");
        assertThat(json("ollama-show", "{'model':'" + name + "'}").at("/model_info/formulary.context_length").asInt())
                .isEqualTo(4_096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "bge-m3", "home/other"})
    void aModelThatIsNotThereIsNotFound(String name) throws Exception {
        Answer answer = ask("ollama-show", "{'model':'" + name + "'}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(Desk.json((Answer.Whole) answer)).hasToString("{\"error\":\"model '" + name + "' not found\"}");
    }

    @Test
    void whatIsLoadedIsToldOfModelsThatCanBeAsked() throws Exception {
        assertThat(json("ollama-ps", "").path("models")).singleElement().satisfies(model -> {
            assertThat(model.path("name").asText()).isEqualTo("home/llama3:8b");
            assertThat(model.path("model").asText()).isEqualTo("home/llama3:8b");
            assertThat(model.path("expires_at").isTextual()).isTrue();
        });
    }

    @Test
    void aPullOfWhatIsThereSucceedsAndNothingIsDownloaded() throws Exception {
        var streamed = (Answer.Streamed) ask("ollama-pull", "{'name':'home-chat'}");
        assertThat(streamed.contentType()).isEqualTo("application/x-ndjson");
        assertThat(Desk.text(Desk.frames(streamed)))
                .isEqualTo("{\"status\":\"pulling manifest\"}\n{\"status\":\"success\"}\n");
        assertThat(json("ollama-pull", "{'model':'auto','stream':false}")).hasToString("{\"status\":\"success\"}");
        mayStream = false;
        assertThat(json("ollama-pull", "{'model':'auto'}")).hasToString("{\"status\":\"success\"}");
    }

    @Test
    void aPullOfWhatIsNotThereSaysThatItCantBeHad() throws Exception {
        Answer answer = ask("ollama-pull", "{'model':'llama9'}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(Desk.json((Answer.Whole) answer).path("error").asText()).startsWith("model 'llama9' not found")
                .contains("downloads nothing");
    }

    @Test
    void modelsAreNotChangedHere() throws Exception {
        Answer answer = ask("ollama-change", "{}");
        assertThat(answer.status()).isEqualTo(501);
        assertThat(Desk.json((Answer.Whole) answer).path("error").asText()).contains("does not create, copy, push or");
    }

    @Test
    void aBodyThatIsWrongAndAKeyThatIsMissingAreToldInOllamasForm() throws Exception {
        assertThat(ask("ollama-show", "").status()).isEqualTo(400);
        assertThat(json("ollama-show", "[").path("error").isTextual()).isTrue();

        entrances = entrances(List.of(Samples.key("a", "sk-a", "alice")));
        for (String name : List.of("ollama-tags", "ollama-ps", "ollama-show", "ollama-pull", "ollama-change")) {
            Answer refused = ask(name, "{'model':'auto'}");
            assertThat(refused.status()).as(name).isEqualTo(401);
            assertThat(Desk.json((Answer.Whole) refused).path("error").isTextual()).isTrue();
        }
        assertThat(ask("ollama-version", "").status()).isEqualTo(200);
        assertThat(ask("ollama-root", "").status()).isEqualTo(200);
    }
}
