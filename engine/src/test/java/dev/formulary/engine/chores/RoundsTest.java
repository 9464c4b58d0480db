package dev.formulary.engine.chores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Household;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.transport.EventLoops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String WASH = task("Wash up", 0.9, "\"2026-12-24\"");
    private static final String SWEEP = task("Sweep the floor", 0.8, "null");

    @TempDir
    private Path home;
    private final EventLoops loops = new EventLoops();
    private FakeHouse house;
    private Rounds rounds;
    private final List<Arrival> asked = new CopyOnWriteArrayList<>();
    private volatile String content = "";
    private volatile int status = 200;

    private static String task(String summary, double confidence, String due) {
        return "{\"summary\":\"" + summary + "\",\"priority\":\"high\",\"due\":" + due + ",\"confidence\":" + confidence
                + ",\"evidence\":\"seen in the sink\"}";
    }

    @BeforeEach
    void begin() throws Exception {
        house = new FakeHouse();
        open(house.url(), FakeHouse.TOKEN, "2s");
        says(WASH, SWEEP);
    }

    private void open(String url, String token) throws Exception {
        open(url, token, "2s");
    }

    private void open(String url, String token, String timeout) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve(Household.FILE), """
            url: %s
            token: ${TOKEN}
            timeout: %s
            model: home-vision
            rooms:
              - { zone: kitchen, camera: camera.kitchen, list: todo.household, about: "Overlook the cat's bowl." }
              - { zone: bath room, camera: camera.bath, list: todo.household, privacy: local }
            """.formatted(url, timeout));
        if (rounds != null) {
            rounds.close();
        }
        rounds = new Rounds(Household.load(home, Map.of("TOKEN", token)), loops, home.resolve("data/house-pictures"),
                known(), this::answer);
    }

    private static Entrance known() {
        return arrival -> new Answer.Whole("Bearer wrong".equals(arrival.header().get("authorization")) ? 401 : 200,
                "application/json", Map.of(), new byte[0]);
    }

    @AfterEach
    void end() {
        rounds.close();
        house.close();
        loops.close();
    }

    private void says(String... tasks) {
        content = "{\"version\":1,\"zone\":\"kitchen\",\"tasks\":[" + String.join(",", tasks) + "]}";
    }

    private Answer answer(Arrival arrival) {
        asked.add(arrival);
        String body = status == 200
                ? JSON.createObjectNode()
                        .set("choices", JSON.createArrayNode().add(JSON.createObjectNode().set("message",
                                JSON.createObjectNode().put("content", content))))
                        .toString()
                : "{\"error\":{\"code\":\"schema_not_followed\"}}";
        return new Answer.Whole(status, "application/json", Map.of("X-Formulary-Decision", "d1"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode look(String body, int expected, String... headers) throws Exception {
        Map<String, String> all = headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1]);
        var whole = (Answer.Whole) rounds.enter(new Arrival("http", "/v1/home/tasks", all::get,
                body.getBytes(StandardCharsets.UTF_8), true, Arrival.Presence.CONSTANT));
        assertThat(whole.status()).as(new String(whole.body(), StandardCharsets.UTF_8)).isEqualTo(expected);
        return JSON.readTree(whole.body());
    }

    private JsonNode look() throws Exception {
        return look("{\"zone\":\"kitchen\"}", 200);
    }

    @Test
    void whatThePictureShowsIsPutOnTheList() throws Exception {
        house.items
                .add(JSON.createObjectNode().put("summary", "Buy milk").put("uid", "m").put("status", "needs_action"));

        JsonNode told = look();

        assertThat(told.path("added").asInt()).isEqualTo(2);
        assertThat(told.at("/tasks/0/added").asBoolean()).isTrue();
        assertThat(house.summaries()).containsExactly("Buy milk", "Wash up", "Sweep the floor");
        assertThat(house.items.get(1).path("due_date").asText()).isEqualTo("2026-12-24");
        assertThat(house.items.get(1).path("description").asText()).isEqualTo("seen in the sink (priority high)");
        assertThat(house.items.get(2).has("due_date")).isFalse();
    }

    @Test
    void theModelIsAskedAsAnyClientWouldAsk() throws Exception {
        house.items
                .add(JSON.createObjectNode().put("summary", "Buy milk").put("uid", "m").put("status", "needs_action"));
        look("{\"zone\":\"kitchen\"}", 200, "authorization", "Bearer k");

        Arrival arrival = asked.getFirst();
        JsonNode body = JSON.readTree(arrival.body());
        assertThat(arrival.header().get("x-formulary-schema")).isEqualTo("formulary.tasks/1");
        assertThat(arrival.header().get("x-formulary-context")).isEqualTo("zone=\"kitchen\", task=task_generation");
        assertThat(arrival.header().get("authorization")).isEqualTo("Bearer k");
        assertThat(arrival.header().get("x-formulary-substitute")).isNull();
        assertThat(body.path("model").asText()).isEqualTo("home-vision");
        assertThat(body.at("/messages/1/content/0/text").asText()).contains("Room: kitchen", "cat's bowl",
                "- Buy milk");
        assertThat(body.at("/messages/1/content/1/image_url/url").asText()).startsWith("data:image/jpeg;base64,/9j/");
    }

    @Test
    void theSamePictureAddsNothingAlsoAfterARestart() throws Exception {
        look();
        house.items.clear();

        assertThat(look().path("picture").asText()).isEqualTo("unchanged");
        open(house.url(), FakeHouse.TOKEN);
        assertThat(look().path("picture").asText()).isEqualTo("unchanged");

        assertThat(house.items).isEmpty();
        assertThat(asked).as("nobody is paid for it").hasSize(1);
        assertThat(Files.readString(home.resolve("data/house-pictures"))).matches("[0-9a-f]{64} kitchen\n");
        assertThat(look("{\"zone\":\"kitchen\",\"again\":true}", 200).path("added").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsOnTheListInOtherLettersIsNotAddedAgain() throws Exception {
        look();
        house.picture = new byte[]{(byte) 0xff, (byte) 0xd8, (byte) 0xff, 2};
        says(task("wash  up!", 0.9, "null"), task("Water the plants", 0.9, "null"),
                task("water the plants", 0.9, "null"));

        JsonNode told = look();

        assertThat(house.summaries()).containsExactly("Wash up", "Sweep the floor", "Water the plants");
        assertThat(told.at("/tasks/0/why").asText()).isEqualTo("on the list already");
    }

    @Test
    void whatTheModelIsNotSureOfIsToldAndNotAdded() throws Exception {
        says(task("Repair the lamp", 0.49, "null"));

        assertThat(look().at("/tasks/0/why").asText()).isEqualTo("not sure enough");
        assertThat(house.items).isEmpty();
    }

    @Test
    void aListWithoutDaysAndDescriptionsGetsNone() throws Exception {
        house.features = 7;

        look();

        assertThat(house.items.getFirst().has("due_date")).isFalse();
        assertThat(house.items.getFirst().has("description")).isFalse();
    }

    @Test
    void aLookThatEndedInItsMidstAddsTheRestNextTime() throws Exception {
        house.failAfter(1);
        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText()).contains("500", "todo.household");

        house.failAfter(9);
        assertThat(look().path("added").asInt()).isEqualTo(1);
        assertThat(house.summaries()).containsExactly("Wash up", "Sweep the floor");
    }

    @Test
    void anAnswerThatIsRefusedAddsNothing() throws Exception {
        status = 502;

        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/code").asText()).isEqualTo("schema_not_followed");
        assertThat(house.items).isEmpty();
        status = 200;
        assertThat(look().path("added").asInt()).as("the picture does not count as seen").isEqualTo(2);
    }

    @Test
    void whatIsWrongIsToldWithWhatWouldBeRight() throws Exception {
        assertThat(look("{\"zone\":\"garage\"}", 404).at("/error/message").asText()).contains("kitchen, bath room");
        assertThat(look("no JSON", 404).at("/error/code").asText()).isEqualTo("unknown_zone");
        assertThat(look("{\"zone\":\"bath room\"}", 502).at("/error/message").asText())
                .contains("knows no camera.bath");
        house.cameraStatus = 503;
        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText()).contains("503", "camera.kitchen");
        house.cameraStatus = 200;
        house.picture = "<html>".getBytes(StandardCharsets.UTF_8);
        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText()).contains("no picture");
        house.cameraStatus = 302;
        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText()).contains("302");
        open(house.url(), "wrong-token");
        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText()).contains("refuses the token")
                .doesNotContain("wrong-token");
        open("http://127.0.0.1:1", FakeHouse.TOKEN);
        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText()).isEqualTo(
                "Home Assistant does not answer (camera.kitchen): no connection to '127.0.0.1:1' (nobody listens there)");
        assertThat(asked).isEmpty();
    }

    @Test
    void aCameraThatStallsInTheMidstOfItsPictureIsWaitedForNoLongerThanTheLimitSays() throws Exception {
        open(house.url(), FakeHouse.TOKEN, "300ms");
        house.stalls = true;

        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText())
                .isEqualTo("Home Assistant at " + house.url()
                        + " did not answer as a whole within 300 ms (camera.kitchen)");

        house.stalls = false;
        assertThat(look().path("added").asInt()).as("its list is free again").isEqualTo(2);
    }

    @Test
    void aPictureThatIsTooLargeIsNotReadToItsEnd() throws Exception {
        house.picture = new byte[(5 << 20) + 1];

        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText())
                .isEqualTo("Home Assistant's answer about camera.kitchen has more than 5242880 bytes");
    }

    @Test
    void whoMayNotCallIsTurnedAwayBeforeTheCameraIsAsked() throws Exception {
        rounds.enter(new Arrival("http", "/", Map.of("authorization", "Bearer wrong")::get, new byte[0], false,
                Arrival.Presence.CONSTANT));

        assertThat(house.asked).isEmpty();
    }

    @Test
    void aRoomMayBeKeptAtHomeWhateverRulesSay() throws Exception {
        Household.Room room = Objects.requireNonNull(Objects.requireNonNull(Household.load(home,
                Map.of("TOKEN", "t"))).room("bath room"));

        Arrival arrival = Inspection.of(room, "auto", new Picture("image/png", new byte[3]), List.of(),
                new Arrival("http", "/", Map.<String, String>of()::get, new byte[0], false, Arrival.Presence.CONSTANT));

        assertThat(arrival.header().get("x-formulary-context"))
                .isEqualTo("zone=\"bath room\", task=task_generation, privacy=local");
    }

    @Test
    void withoutAHouseThereIsNothingToLookAt() throws Exception {
        Files.delete(home.resolve(Household.FILE));
        rounds.close();
        rounds = new Rounds(Household.load(home, Map.of()), loops, home.resolve("data/house-pictures"), known(),
                this::answer);

        assertThat(look("{\"zone\":\"kitchen\"}", 404).at("/error/code").asText()).isEqualTo("house_not_configured");
    }

    @Test
    void anAuthorityOfOnesOwnIsReadFromTheHomeFolder() throws Exception {
        open("https://127.0.0.1:1\nca: conf/house-ca.pem", FakeHouse.TOKEN);

        assertThat(look("{\"zone\":\"kitchen\"}", 502).at("/error/message").asText())
                .isEqualTo("Home Assistant does not"
                        + " answer (camera.kitchen): ca: " + home.resolve("conf/house-ca.pem") + " is not there");
    }

    @Test
    void aFileThatIsWrongSaysWhereAndWhatWouldBeRight() throws IOException {
        Files.writeString(home.resolve(Household.FILE), """
            url: homeassistant:8123
            token: t
            rooms:
              - { zone: kitchen, camera: kitchen, list: todo.household }
              - { zone: kitchen, camera: camera.a, list: todo.household, privat: local }
            """);

        assertThatThrownBy(() -> Household.load(home, Map.of())).isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("conf/house.yaml:1:", "http://homeassistant.local:8123", "conf/house.yaml:4:",
                        "camera.kitchen", "privat", "privacy");
    }
}
