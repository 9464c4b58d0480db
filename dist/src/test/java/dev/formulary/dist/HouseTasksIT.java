package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What `routes/home-assistant.md` says of tasks from a camera's picture: a house with its REST API, a broker, a model at home
/// that sees and a better one elsewhere, and the gateway as a process.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HouseTasksIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String WASH = tasks("kitchen", "Wash up");

    private final VendorServer atHome = VendorServer.ollama();
    private final VendorServer elsewhere = VendorServer.openai();
    private HouseRest house;
    private Broker broker;
    private GatewayProcess gateway;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        house = new HouseRest("eyJ.long-lived.token");
        broker = Broker.start(home);
        atHome.always("/api/show", VendorReply.ollamaShow(8192, "completion", "vision"));
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            node: home
            discover: false
            mqtt: { url: "mqtt://127.0.0.1:%d" }
            providers:
              - { id: home, kind: ollama, base-url: "%s" }
              - { id: cloud, kind: openai, base-url: "%s", local: false, free: true, discover: false,
                  models: [{ id: gpt-test, capabilities: [chat, vision, json], quality: 9 }] }
            """.formatted(broker.port(), atHome.baseUrl(), elsewhere.baseUrl()));
        Files.writeString(home.resolve("conf/house.yaml"), """
            url: %s
            token: ${HOME_ASSISTANT_TOKEN}
            rooms:
              - { zone: kitchen, camera: camera.kitchen, list: todo.household, about: "Overlook the cat's bowl." }
              - { zone: bedroom, camera: camera.bedroom, list: todo.household }
            """.formatted(house.url()));
        gateway = GatewayProcess.start(home, Map.of("HOME_ASSISTANT_TOKEN", "eyJ.long-lived.token"));
    }

    @AfterAll
    void stop() {
        gateway.close();
        broker.close();
        house.close();
        atHome.close();
        elsewhere.close();
    }

    private static String tasks(String zone, String summary) {
        return "{\"version\":1,\"zone\":\"" + zone + "\",\"tasks\":[{\"summary\":\"" + summary
                + "\",\"priority\":\"high\",\"due\":null,\"confidence\":0.9,\"evidence\":\"seen there\"}]}";
    }

    private JsonNode look(String zone, int status) throws Exception {
        HttpResponse<String> response = gateway.post("/v1/home/tasks", "{\"zone\":\"" + zone + "\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    /// As the action `mqtt.publish` of an automation does, and a trigger that waits for the answer.
    private JsonNode publish(String payload) throws Exception {
        Mqtt3BlockingClient client = MqttClient.builder().useMqttVersion3().identifier("house").serverHost("127.0.0.1")
                .serverPort(broker.port()).buildBlocking();
        client.connect();
        try (var replies = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith().topicFilter("formulary/tasks/kitchen").qos(MqttQos.AT_LEAST_ONCE).send();
            client.publishWith().topic("formulary/v1/home/tasks").qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload.getBytes(StandardCharsets.UTF_8)).send();
            var reply = Optional.ofNullable(replies.receive(60, TimeUnit.SECONDS).orElse(null)).orElseThrow();
            return JSON.readTree(new String(reply.getPayloadAsBytes(), StandardCharsets.UTF_8));
        } finally {
            client.disconnect();
        }
    }

    @Test
    void aPictureOfAHouseBecomesTasksOnItsListsAndPrivateOnesStayThere() throws Exception {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                gateway.get("/v1/models").body()).contains("home/llama-test", "cloud/gpt-test"));
        elsewhere.next("/v1/chat/completions", VendorReply.openai(WASH.replace("\"high\"", "\"urgent\"")),
                VendorReply.openai("```json\n" + WASH + "\n```"));

        JsonNode told = publish("{\"zone\":\"kitchen\",\"reply_to\":\"formulary/tasks/kitchen\"}");

        assertThat(told.path("added").asInt()).as(told.toString()).isEqualTo(1);
        assertThat(house.summaries()).containsExactly("Wash up");
        assertThat(elsewhere.requests("/v1/chat/completions")).as("asked once more with what was wrong").hasSize(2);
        assertThat(elsewhere.last("/v1/chat/completions").text()).contains("/tasks/0/priority", "json_schema",
                "image_url");
        assertThat(look("kitchen", 200).path("picture").asText()).isEqualTo("unchanged");

        atHome.next("/api/chat", VendorReply.ollama(tasks("bedroom", "Make the bed")));
        assertThat(look("bedroom", 200).path("added").asInt()).isEqualTo(1);
        assertThat(house.summaries()).containsExactly("Wash up", "Make the bed");
        assertThat(elsewhere.requests("/v1/chat/completions")).as("nothing of the bedroom leaves").hasSize(2);

        house.picture[4]++;
        atHome.always("/api/chat", VendorReply.ollama("There is a bed, I believe."));
        assertThat(look("bedroom", 502).at("/error/code").asText()).isEqualTo("schema_not_followed");
        atHome.always("/api/chat", VendorReply.serverError());
        assertThat(look("bedroom", 503).at("/error/code").asText()).isEqualTo("providers_unavailable");
        assertThat(house.summaries()).as("nothing is made up").containsExactly("Wash up", "Make the bed");
        assertThat(elsewhere.requests("/v1/chat/completions")).hasSize(2);
        assertThat(gateway.output()).doesNotContain("eyJ.long-lived.token", "Make the bed");
    }
}
