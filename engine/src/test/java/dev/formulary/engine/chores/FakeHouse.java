package dev.formulary.engine.chores;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// Home Assistant's REST API as far as the gateway asks it: the camera's picture, states, and two services of `todo`, with a
/// long-lived token. Answers with 400 what Home Assistant's schemas would not take.
final class FakeHouse implements AutoCloseable {
    static final String TOKEN = "eyJ.long-lived.token";
    private static final JsonMapper JSON = new JsonMapper();

    final List<ObjectNode> items = new CopyOnWriteArrayList<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile byte[] picture = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1};
    volatile int features = 127;
    volatile int cameraStatus = 200;
    /// The camera says how long its picture is, and stops in the midst of it.
    volatile boolean stalls;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile int failAfter = Integer.MAX_VALUE;
    private final HttpServer server;

    FakeHouse() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// So many more items can be added.
    void failAfter(int more) {
        failAfter = items.size() + more;
    }

    List<String> summaries() {
        return items.stream().map(each -> each.path("summary").asText()).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            asked.add(exchange.getRequestMethod() + " " + path);
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (!("Bearer " + TOKEN).equals(authorization)) {
                send(exchange, 401, "401: Unauthorized".getBytes(StandardCharsets.UTF_8));
                return;
            }
            switch (path) {
                case "/api/camera_proxy/camera.kitchen" -> camera(exchange);
                case "/api/states/todo.household" -> send(exchange, 200, JSON.writeValueAsBytes(state()));
                case "/api/services/todo/get_items?return_response" -> get(exchange, body(exchange));
                case "/api/services/todo/add_item" -> add(exchange, body(exchange));
                default -> send(exchange, 404, "{\"message\":\"Entity not found.\"}".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void camera(HttpExchange exchange) throws IOException {
        if (!stalls) {
            send(exchange, cameraStatus, picture);
            return;
        }
        exchange.sendResponseHeaders(200, 2L * picture.length);
        exchange.getResponseBody().write(picture);
        exchange.getResponseBody().flush();
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        return JSON.readTree(exchange.getRequestBody().readAllBytes());
    }

    private ObjectNode state() {
        ObjectNode state = JSON.createObjectNode().put("entity_id", "todo.household").put("state",
                Integer.toString(items.size()));
        state.putObject("attributes").put("friendly_name", "Household").put("supported_features", features);
        return state;
    }

    private void get(HttpExchange exchange, JsonNode body) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("changed_states");
        ArrayNode list = answer.putObject("service_response").putObject(body.path("entity_id").asText())
                .putArray("items");
        items.stream().filter(item -> body.path("status").isMissingNode()
                || body.path("status").toString().contains(item.path("status").asText())).forEach(list::add);
        send(exchange, 200, JSON.writeValueAsBytes(answer));
    }

    private void add(HttpExchange exchange, JsonNode body) throws IOException {
        boolean fits = body.path("entity_id").asText().equals("todo.household") && !body.path("item").asText().isEmpty()
                && (!body.has("due_date") || (features & 16) != 0)
                && (!body.has("description") || (features & 64) != 0);
        if (!fits || items.size() >= failAfter) {
            send(exchange, fits ? 500 : 400, "{\"message\":\"no\"}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        ObjectNode item = JSON.createObjectNode().put("summary", body.path("item").asText())
                .put("uid", "u" + items.size()).put("status", "needs_action");
        body.properties().stream().filter(each -> !each.getKey().equals("entity_id") && !each.getKey().equals("item"))
                .forEach(each -> item.set(each.getKey(), each.getValue()));
        items.add(item);
        send(exchange, 200, "[]".getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        over.countDown();
        server.stop(0);
    }
}
