package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.admin.Endpoint;
import dev.formulary.engine.admin.OpenApi;
import dev.formulary.engine.admin.OpenApi.Port;
import dev.formulary.engine.admin.Operation;
import dev.formulary.engine.admin.Operation.Content;
import dev.formulary.engine.admin.Operation.Reply;
import dev.formulary.engine.keys.Role;
import dev.formulary.engine.route.ServedPath;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Tells in an OpenAPI document what both ports serve: which paths there are is asked of the ports themselves, each time anew.
/// Nothing of it is made before somebody asks, and nothing is kept. Thread-safe.
final class ApiDesk {
    static final String PATH = "/openapi.json";
    /// Under the same roof as everything else that needs an admin key.
    static final String ALSO = "/admin/openapi.json";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ADMIN = "adminKey";
    private static final String CLIENT = "clientKey";
    private static final String CLIENT_HEADER = "clientKeyHeader";
    private static final String ABOUT = """
        Decides by rules which AI model may answer a request, and gets the answer.

        The management port shows and changes how the gateway runs; wherever GET is possible, so is HEAD. A key is asked for \
        there once an admin key was configured or issued; the roles that a path names are those of issued admin keys, and each \
        includes those before it: `read`, `operate`, `admin`. The clients' port speaks the formats of vendors, which their own \
        documentation describes; what is told here of these paths is what the gateway adds. A key is asked for there once a \
        client's key was configured or issued.

        Times are ISO 8601, durations too; amounts of money are whole micro-dollars; numbers that nobody knows are -1.""";

    private final Supplier<List<ServedPath>> clients;
    private final Supplier<String> clientsUrl;
    private volatile Supplier<List<Endpoint>> management = List::of;

    /// @param clients what the clients' port serves
    /// @param clientsUrl where that is
    ApiDesk(Supplier<List<ServedPath>> clients, Supplier<String> clientsUrl) {
        this.clients = clients;
        this.clientsUrl = clientsUrl;
    }

    /// From now on this is what the management port serves.
    void follow(Supplier<List<Endpoint>> endpoints) {
        management = endpoints;
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(PATH, this::document, ALSO, this::document);
    }

    ObjectNode document() {
        var api = new OpenApi(VersionCommand.version(), ABOUT, ClientShapes.MEANINGS);
        var guide = new ManagementGuide();
        management.get().stream().sorted((one, other) -> one.path().compareTo(other.path()))
                .forEach(each -> api.add(port(each), told(each, guide)));
        var clientGuide = new ClientGuide();
        for (ServedPath path : clients.get()) {
            clientGuide.of(path).forEach(each -> api.add(port(clientGuide.speech(path)), each));
        }
        return api.document(schemes());
    }

    /// A path of which nobody has said anything yet is told of all the same.
    private static Operation told(Endpoint endpoint, ManagementGuide guide) {
        Operation known = guide.of(endpoint.method(), endpoint.path());
        return known != null
                ? known
                : new Operation(endpoint.method(), endpoint.path(), "other", endpoint.path(), "", List.of(), null,
                        List.of(new Reply(200, Content.json("done", Object.class), List.of())), "");
    }

    private static ObjectNode schemes() {
        ObjectNode schemes = JSON.createObjectNode();
        schemes.putObject(ADMIN).put("type", "http").put("scheme", "bearer")
                .put("description", "an admin key, with the role that the path names");
        schemes.putObject(CLIENT).put("type", "http").put("scheme", "bearer").put("description", "a client's key");
        schemes.putObject(CLIENT_HEADER).put("type", "apiKey").put("in", "header").put("name", "X-API-Key")
                .put("description", "a client's key");
        return schemes;
    }

    private static Port port(Endpoint endpoint) {
        ObjectNode server = JSON.createObjectNode().put("url", "/").put("description", "the management port");
        var errors = new TreeMap<Integer, Reply>();
        put(errors, 0, "another error");
        Role needed = endpoint.needed();
        if (needed == null) {
            return new Port(server, List.of(), errors);
        }
        put(errors, 401, "`unauthorized`: an admin key is asked for, and none or a wrong one came", "WWW-Authenticate");
        put(errors, 421, "`unknown_host`: asked under a name that is not this server's");
        put(errors, 429, "`too_many_wrong_keys` came from the caller's address", "Retry-After");
        put(errors, 500, "`internal_error`: the log says why");
        if (endpoint.path().contains("{")) {
            put(errors, 404, "there is none of that id");
        }
        boolean looks = endpoint.method().equals("GET");
        if (!looks || needed == Role.ADMIN) {
            put(errors, 403, "`role_needed`: the key's role does not allow it; or `other_origin`: a page from elsewhere"
                    + " asks");
        }
        if (endpoint.path().contains("{") || !looks) {
            put(errors, 400, "something that was said is wrong");
        }
        if (endpoint.method().equals("POST")) {
            put(errors, 409, "it can't be done; `code` and `message` say why");
            put(errors, 415, "`unsupported_media_type`: the body must be JSON, and say so");
        }
        return new Port(server, List.of(Map.of(ADMIN, List.of(needed.word()))), errors);
    }

    private static void put(Map<Integer, Reply> errors, int status, String about, String... headers) {
        errors.put(status, new Reply(status, Content.json(about, Shown.AdminError.class), List.of(headers)));
    }

    private Port port(ClientGuide.Speech speech) {
        ObjectNode server = JSON.createObjectNode().put("url", clientsUrl.get())
                .put("description", "the clients' port");
        var errors = new TreeMap<Integer, Reply>();
        Map.of(0, "another error, in the caller's format, with a stable code where that has one", 400,
                "something that was said is wrong", 401, "a key is asked for, and none or a wrong one came", 403,
                "policy denies it", 404, "there is no such thing", 429, "a limit is reached", 503,
                "no model that may answer does so now").forEach(
                        (status, about) -> errors.put(status, new Reply(status,
                                Content.json(about, speech.error()),
                                status == 429 || status == 503 ? List.of("Retry-After") : List.of())));
        return new Port(server, List.of(Map.of(CLIENT, List.of()), Map.of(CLIENT_HEADER, List.of())), errors);
    }
}
