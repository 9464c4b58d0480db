package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.FetchSettings;
import dev.formulary.engine.config.FetchSettings.PassOn;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Plan;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ModelCard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PicturesTest {
    private static final String SEEN = "https://pics.example.org/a.png";

    @TempDir
    Path folder;
    private Desk desk;
    private ScriptedProvider provider;

    @BeforeEach
    void begin() {
        begin(PassOn.ELSEWHERE);
    }

    private void begin(PassOn passOn) {
        desk = new Desk(folder, null, new FetchSettings(List.of("listed.example.invalid"), 4_000, Duration.ofSeconds(2),
                false, passOn));
        provider = desk.dispatching.provider("a").answers("a picture");
        desk.dispatching.providers.put("here", provider);
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    private Answer.Whole ask(String url) throws InterruptedException {
        return desk.whole("{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"" + url + "\"}}]}]}");
    }

    private static Gateway.Policy planning(Candidate... models) {
        return question -> new Decision.Allow(question.call().id(), Desk.RULES, new Plan(List.of(models), Map.of(), 0),
                List.of(), List.of(), List.of(), List.of());
    }

    private static Candidate here() {
        return Candidate.of("here",
                new ModelCard("m", Set.of(Capability.CHAT), 8_192, 0, 0, true, Set.of(), 5, 5, Map.of()),
                Candidate.Vitals.UNKNOWN);
    }

    private void assertRefused(Answer.Whole answer, String why) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(Desk.json(answer).at("/error/code").asText()).isEqualTo("invalid_image_url");
        assertThat(Desk.json(answer).at("/error/message").asText()).contains(why);
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void aVendorElsewhereGetsAPublicUrlAsItIs() throws Exception {
        assertThat(ask(SEEN).status()).isEqualTo(200);

        assertThat(provider.requests.element().messages().getFirst().parts())
                .containsExactly(new ChatRequest.Image("", SEEN, true));
        assertThat(provider.requests.element().source()).isNotNull();
    }

    @Test
    void aModelThatRunsHereIsPassedOver() throws Exception {
        desk.policy = planning(here(), Dispatching.model("a"));

        assertThat(ask(SEEN).headers()).containsEntry("X-Formulary-Model", "a/m");
    }

    @Test
    void whereOnlyModelsHereMayAnswerItIsRefused() throws Exception {
        desk.policy = planning(here());

        assertRefused(ask(SEEN), "only as data:");
        assertThat(ask("data:image/png;base64,iVBORw0KGgo=").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1/a", "http://169.254.169.254/latest/meta-data", "https://[::1]/a",
            "https://printer/a", "https://nas.local/a", "https://metadata.google.internal/a", "http://0x7f000001/a",
            "http://2130706433/a"})
    void whatIsInsideIsNotPassedOn(String url) throws Exception {
        assertRefused(ask(url), "not a public one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://a.example.org/a", "https://user:pass@a.example.org/a", "a.png",
            "https://", "gopher://a.example.org", "http://a b/"})
    void whatIsNoUrlOfAPictureIsRefused(String url) throws Exception {
        assertRefused(ask(url), "must be https://host/path");
    }

    @Test
    void whatCanNotBeFetchedIsRefusedWithTheReason() throws Exception {
        assertRefused(ask("https://listed.example.invalid/a.png"), "can't be fetched: its host is not known");
        assertRefused(ask("http://listed.example.invalid/a.png"), "fetch.images.plain-http is false");
    }

    @Test
    void nothingIsPassedOnWhereThatIsSwitchedOff() throws Exception {
        begin(PassOn.NEVER);

        assertRefused(ask(SEEN), "fetch.images.hosts");
    }

    @Test
    void allIsPassedOnWhereThatIsWanted() throws Exception {
        begin(PassOn.ALWAYS);
        desk.policy = planning(here());

        assertThat(ask("http://10.0.0.7/camera.jpg").status()).isEqualTo(200);
    }
}
