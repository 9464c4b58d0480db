package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What a gateway says of its own paths, and whether its answers keep to it. Answers are held to more than the document promises
/// to clients: a member that it does not name is a mistake.
final class ApiDocument {
    private static final String STRICT_BASE = "https://formulary.invalid/";
    private static final String SCHEMAS = "#/components/schemas/";

    private final JsonNode document;
    private final JsonObject strict;

    /// A method of a path.
    ///
    /// @param management whether the management port serves it
    /// @param clients whether the clients' port serves it
    /// @param role what an admin key must be able to do; empty when none is asked for
    record Operation(String method, String path, boolean management, boolean clients, String role, JsonNode told) {
        boolean varies() {
            return path.contains("{");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    ApiDocument(JsonNode document) {
        this.document = document;
        JsonNode schemas = document.at("/components/schemas").deepCopy();
        close(schemas);
        strict = new JsonObject(schemas.toString().replace(SCHEMAS, "#/$defs/"));
    }

    static ApiDocument of(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ApiDocument(GatewayProcess.json(answer));
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        schema.forEach(ApiDocument::close);
    }

    JsonNode json() {
        return document;
    }

    /// What the schemas of OpenAPI 3.1 and of JSON Schema find wrong with the document.
    List<String> problems() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            SchemaRepository known = OpenAPIVersion.V3_1.getRepository(vertx, STRICT_BASE).toCompletionStage()
                    .toCompletableFuture().get(1, TimeUnit.MINUTES);
            var all = new ArrayList<String>();
            all.addAll(problems(OpenAPIVersion.V3_1.validateContract(vertx, known, new JsonObject(document.toString()))
                    .toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES)));
            // that leaves out what is a schema in turn
            Validator schemas = known.validator(Draft.DRAFT202012.getIdentifier());
            Stream.concat(document.at("/components/schemas").valueStream(), document.findValues("schema").stream())
                    .distinct()
                    .forEach(each -> all.addAll(problems(schemas.validate(new JsonObject(each.toString())))));
            document.findValuesAsText("$ref").stream()
                    .filter(to -> !to.startsWith("#") || document.at(to.substring(1)).isMissingNode())
                    .forEach(to -> all.add(to + " leads nowhere"));
            return all;
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        }
    }

    private static List<String> problems(OutputUnit found) {
        return found.getValid()
                ? List.of()
                : found.getErrors().stream().map(each -> each.getInstanceLocation() + " " + each.getError()).toList();
    }

    List<Operation> operations() {
        var all = new ArrayList<Operation>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(method -> {
            JsonNode told = method.getValue();
            List<String> servers = told.path("servers").findValuesAsText("description");
            JsonNode roles = told.path("security").path(0).path("adminKey");
            all.add(new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(),
                    servers.contains("the management port"), servers.contains("the clients' port"),
                    roles.path(0).asText(), told));
        }));
        return all;
    }

    Operation operation(String method, String path) {
        return operations().stream().filter(each -> each.method().equals(method) && each.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the document does not tell of " + method + " " + path));
    }

    /// Holds an answer to what the document says of it.
    void check(Operation operation, HttpResponse<String> answer) {
        String about = operation + " " + answer.statusCode() + " " + answer.body();
        JsonNode replies = operation.told().path("responses");
        String status = Integer.toString(answer.statusCode());
        JsonNode told = replies.has(status) ? replies.path(status) : replies.path("default");
        assertThat(told.isObject()).as(about).isTrue();
        told.path("headers").properties().stream().filter(each -> each.getKey().equals("Retry-After"))
                .filter(_ -> answer.statusCode() == 429)
                .forEach(each -> assertThat(answer.headers().firstValue(each.getKey())).as(about).isPresent());
        String type = answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        JsonNode schema = told.path("content").path(type).path("schema");
        assertThat(schema.isObject()).as(type + " of " + about).isTrue();
        if (type.equals("application/json")) {
            assertThat(problems(schema, answer.body())).as(about).isEmpty();
        }
    }

    /// What is wrong with a body by a schema of the document.
    List<String> problems(JsonNode schema, String body) {
        JsonNode closed = schema.deepCopy();
        close(closed);
        var whole = new JsonObject().put("$id", STRICT_BASE + "answer").put("$defs", strict.copy()).put("allOf",
                new JsonArray().add(new JsonObject(closed.toString().replace(SCHEMAS, "#/$defs/"))));
        return problems(Validator.create(JsonSchema.of(whole), new JsonSchemaOptions().setBaseUri(STRICT_BASE)
                .setDraft(Draft.DRAFT202012).setOutputFormat(OutputFormat.Basic)).validate(Json.decodeValue(body)));
    }
}
