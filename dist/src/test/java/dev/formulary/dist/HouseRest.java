package dev.formulary.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Home Assistant's REST API as a camera and a to-do list need it, for whoever bears its long-lived token.
final class HouseRest implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LIST = "todo.household";

    final byte[] picture = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 1};
    private final List<ObjectNode> items = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final String token;

    HouseRest(String token) throws IOException {
        this.token = token;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<String> summaries() {
        return items.stream().map(item -> item.path("summary").asText()).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 401, new byte[0]);
                return;
            }
            String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            switch (asked) {
                case "GET /api/camera_proxy/camera.kitchen", "GET /api/camera_proxy/camera.bedroom" ->
                    send(exchange, 200,
                            picture);
                case "GET /api/states/" + LIST -> send(exchange, 200,
                        "{\"entity_id\":\"todo.household\",\"state\":\"0\",\"attributes\":{\"supported_features\":15}}"
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
                case "POST /api/services/todo/get_items?return_response" -> send(exchange, 200, list());
                case "POST /api/services/todo/add_item" -> add(exchange);
                default -> send(exchange, 404, new byte[0]);
            }
        }
    }

    private byte[] list() throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("changed_states");
        answer.putObject("service_response").putObject(LIST).putArray("items").addAll(items);
        return JSON.writeValueAsBytes(answer);
    }

    /// Takes what its schema takes: an item, for a list that knows neither days nor descriptions.
    private void add(HttpExchange exchange) throws IOException {
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        boolean fits = body.size() == 2 && body.path("entity_id").asText().equals(LIST)
                && body.path("item").isTextual();
        if (fits) {
            items.add(JSON.createObjectNode().put("summary", body.path("item").asText()).put("uid", "u" + items.size())
                    .put("status", "needs_action"));
        }
        send(exchange, fits ? 200 : 400, "[]".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
