package dev.formulary.engine.chores;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.config.Household;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the gateway asks of Home Assistant's REST API, at the configured address only and without following redirects: the token
/// goes nowhere else. Thread-safe; blocks.
final class HouseApi implements AutoCloseable {
    /// Of `TodoListEntityFeature`: an item may have a day, and a description.
    private static final int DUE_DATE = 16;
    private static final int DESCRIPTION = 64;
    private static final int LARGEST_PICTURE = 5 << 20;
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final int MOST_ITEMS = 200;
    private static final JsonMapper JSON = new JsonMapper();

    private final Household house;
    private final HttpClient client;

    HouseApi(Household house) {
        this.house = house;
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(house.timeout())
                .followRedirects(HttpClient.Redirect.NEVER).build();
    }

    /// What a camera shows now.
    Picture picture(String camera) throws HouseException, InterruptedException {
        return Picture.of(ask("GET", "/api/camera_proxy/" + camera, null, LARGEST_PICTURE, camera), camera);
    }

    /// What stands on a list and is not done.
    List<String> open(String list) throws HouseException, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("entity_id", list);
        body.putArray("status").add("needs_action");
        JsonNode items = json("POST", "/api/services/todo/get_items?return_response", body, list)
                .path("service_response").path(list).path("items");
        if (!items.isArray()) {
            throw new HouseException("Home Assistant does not tell what stands on " + list);
        }
        List<String> all = new ArrayList<>();
        for (JsonNode item : items) {
            if (all.size() < MOST_ITEMS && !item.path("status").asText().equals("completed")) {
                all.add(item.path("summary").asText());
            }
        }
        return all;
    }

    /// What items of a list may have.
    int features(String list) throws HouseException, InterruptedException {
        return json("GET", "/api/states/" + list, null, list).path("attributes").path("supported_features").asInt();
    }

    /// Puts a task on a list.
    ///
    /// @param features of the list: what its items can't have is left out
    void add(String list, Chore chore, int features) throws HouseException, InterruptedException {
        ObjectNode body = JSON.createObjectNode().put("entity_id", list).put("item", chore.summary());
        if (chore.due() != null && (features & DUE_DATE) != 0) {
            body.put("due_date", chore.due());
        }
        if ((features & DESCRIPTION) != 0) {
            body.put("description", chore.evidence() + " (priority " + chore.priority() + ")");
        }
        ask("POST", "/api/services/todo/add_item", body, LARGEST_ANSWER, list);
    }

    private JsonNode json(String method, String path, @Nullable ObjectNode body, String entity)
            throws HouseException, InterruptedException {
        try {
            return JSON.readTree(ask(method, path, body, LARGEST_ANSWER, entity));
        } catch (IOException e) {
            throw new HouseException("Home Assistant's answer about " + entity + " is no JSON");
        }
    }

    private byte[] ask(String method, String path, @Nullable ObjectNode body, int most, String entity)
            throws HouseException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(house.url() + path)).timeout(house.timeout())
                .header("Authorization", "Bearer " + house.token().value()).header("Content-Type", "application/json")
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8))
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                if (response.statusCode() != 200) {
                    throw new HouseException(refusal(response.statusCode(), entity));
                }
                byte[] bytes = in.readNBytes(most + 1);
                if (bytes.length > most) {
                    throw new HouseException("Home Assistant's answer about " + entity + " has more than " + most
                            + " bytes");
                }
                return bytes;
            }
        } catch (IOException e) {
            throw new HouseException("Home Assistant at " + house.url() + " does not answer (" + entity + ")");
        }
    }

    private static String refusal(int status, String entity) {
        return switch (status) {
            case 401, 403 ->
                "Home Assistant refuses the token (" + status + "): make a long-lived access token, and set it"
                        + " in conf/house.yaml";
            case 404 -> "Home Assistant knows no " + entity + " (404)";
            case 400 -> "Home Assistant can't do that with " + entity + " (400): is it the right entity?";
            default -> "Home Assistant answers with " + status + " about " + entity;
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
