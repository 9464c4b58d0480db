package dev.formulary.engine.chores;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.config.Household;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.OutboundHttp;
import dev.formulary.engine.transport.Patience;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the gateway asks of Home Assistant's REST API, at the configured address only and without following redirects: the token
/// goes nowhere else. An answer is there as a whole within the configured time, or not at all. Thread-safe; blocks.
final class HouseApi implements AutoCloseable {
    /// Of `TodoListEntityFeature`: an item may have a day, and a description.
    private static final int DUE_DATE = 16;
    private static final int DESCRIPTION = 64;
    private static final int LARGEST_PICTURE = 5 << 20;
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final int MOST_ITEMS = 200;
    private static final int CONNECTIONS = 8;
    private static final int HIGH_MARK = 64 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private final Household house;
    private final OutboundHttp http;

    HouseApi(Household house, EventLoops loops) {
        this.house = house;
        http = new OutboundHttp(loops, new OutboundHttp.Limits(house.timeout(), house.timeout(), CONNECTIONS,
                HIGH_MARK, "formulary"));
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
        var request = new HttpTransport.Request(method, URI.create(house.url() + path),
                Map.of("Authorization", "Bearer " + house.token().value(), "Content-Type", "application/json"),
                body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8));
        try (HttpTransport.Response response = http.trusting(house.ca(), "ca").send(request,
                Patience.of(entity, house.timeout()))) {
            if (response.status() != 200) {
                throw new HouseException(refusal(response.status(), entity));
            }
            return response.readAll(most);
        } catch (ProviderException e) {
            throw new HouseException(switch (e.category()) {
                case TIMEOUT -> "Home Assistant at " + house.url() + " did not answer as a whole within "
                        + house.timeout().toMillis() + " ms (" + entity + ")";
                case CONNECT, CONFIGURATION -> "Home Assistant does not answer (" + entity + "): " + e.getMessage();
                case MALFORMED -> "Home Assistant's answer about " + entity + " has more than " + most + " bytes";
                default -> "Home Assistant at " + house.url() + " does not answer (" + entity + ")";
            });
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
        http.close();
    }
}
