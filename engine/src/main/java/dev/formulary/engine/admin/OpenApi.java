package dev.formulary.engine.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.admin.Operation.Content;
import dev.formulary.engine.admin.Operation.Parameter;
import dev.formulary.engine.admin.Operation.Reply;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Puts the OpenAPI 3.1 document together. Use one for one document. Not thread-safe.
public final class OpenApi {
    private static final String CONTENT = "content";
    private static final String ABOUT = "description";
    private static final Pattern VARIES = Pattern.compile("\\{([^}]+)}");

    private final Map<String, String> headers;
    private final Schemas schemas;
    private final Shapes shapes;
    private final ObjectNode document = Json.object();
    private final ObjectNode paths = Json.object();
    private final Set<String> ids = new HashSet<>();
    private final Set<String> subjects = new TreeSet<>();
    private final Set<String> usedHeaders = new TreeSet<>();

    /// A port, and what all of its operations have in common.
    ///
    /// @param server its URL; relative where it is the one that gives the document
    /// @param security which keys open it, and what they must be able to do: each of the alternatives by the scheme's name
    /// @param errors what is told when something goes wrong, by status; 0 for all others
    public record Port(ObjectNode server, List<Map<String, List<String>>> security, Map<Integer, Reply> errors) {
        public Port {
            security = List.copyOf(security);
            errors = Map.copyOf(errors);
        }
    }

    /// @param version the gateway's
    /// @param about what the API is
    /// @param headers what each header means that replies bear
    public OpenApi(String version, String about, Map<String, String> headers) {
        this.headers = new TreeMap<>(headers);
        schemas = new Schemas();
        shapes = new Shapes(schemas);
        document.put("openapi", "3.1.0");
        document.putObject("info").put("title", "Formulary").put("version", version).put(ABOUT, about)
                .putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", "/").put(ABOUT, "the management port");
        document.set("paths", paths);
    }

    /// Adds an operation. One that another port has under the same path and method is told of together with it.
    public void add(Port port, Operation operation) {
        ObjectNode told = told(port, operation);
        ObjectNode item = paths.withObjectProperty(operation.path());
        String method = operation.method().toLowerCase(Locale.ROOT);
        if (item.get(method) instanceof ObjectNode other) {
            merge(other, told);
        } else {
            item.set(method, told.put("operationId", id(method, operation.path())));
        }
    }

    /// The document, when everything was added.
    ///
    /// @param schemes the security schemes by name
    public ObjectNode document(ObjectNode schemes) {
        ArrayNode tags = document.putArray("tags");
        subjects.forEach(each -> tags.addObject().put("name", each));
        ObjectNode components = document.putObject("components");
        schemas.named().forEach(components.putObject("schemas")::set);
        ObjectNode known = components.putObject("headers");
        usedHeaders.forEach(name -> known.putObject(name).put(ABOUT, headers.getOrDefault(name, "")).putObject("schema")
                .put("type", "string"));
        components.set("securitySchemes", schemes);
        return document;
    }

    private ObjectNode told(Port port, Operation operation) {
        ObjectNode told = Json.object();
        subjects.add(operation.subject());
        told.putArray("tags").add(operation.subject());
        told.put("summary", operation.summary());
        if (!operation.more().isEmpty()) {
            told.put(ABOUT, operation.more());
        }
        if (!operation.docs().isEmpty()) {
            told.putObject("externalDocs").put("url", operation.docs());
        }
        told.putArray("servers").add(port.server());
        security(told.putArray("security"), port);
        parameters(told, operation);
        Content body = operation.body();
        if (body != null) {
            ObjectNode sent = told.putObject("requestBody").put(ABOUT, body.about()).put("required", true);
            content(sent, body);
        }
        replies(told.putObject("responses"), port, operation);
        return told;
    }

    private static void security(ArrayNode told, Port port) {
        port.security().forEach(alternative -> {
            ObjectNode one = told.addObject();
            alternative.forEach((scheme, roles) -> roles.forEach(one.putArray(scheme)::add));
        });
    }

    private void parameters(ObjectNode told, Operation operation) {
        List<Parameter> said = operation.parameters();
        Matcher varies = VARIES.matcher(operation.path());
        List<Parameter> inPath = varies.results().map(found -> found.group(1))
                .filter(name -> said.stream().noneMatch(each -> each.name().equals(name) && each.in().equals("path")))
                .map(name -> new Parameter(name, "path", true, "", String.class, List.of())).toList();
        ArrayNode all = Json.array();
        Stream.concat(inPath.stream(), said.stream()).forEach(each -> all.add(parameter(each)));
        if (!all.isEmpty()) {
            told.set("parameters", all);
        }
    }

    private ObjectNode parameter(Parameter said) {
        ObjectNode told = Json.object().put("name", said.name()).put("in", said.in()).put("required", said.required());
        if (!said.about().isEmpty()) {
            told.put(ABOUT, said.about());
        }
        ObjectNode schema = schemas.of(said.type());
        if (!said.words().isEmpty()) {
            said.words().forEach(schema.putArray("enum")::add);
        }
        told.set("schema", schema);
        return told;
    }

    private void replies(ObjectNode told, Port port, Operation operation) {
        var all = new TreeMap<>(port.errors());
        operation.replies().forEach(reply -> all.put(reply.status(), reply));
        all.forEach((status, reply) -> {
            ObjectNode one = told.putObject(status == 0 ? "default" : Integer.toString(status))
                    .put(ABOUT, reply.content().about());
            if (!operation.method().equals("HEAD")) {
                content(one, reply.content());
            }
            reply.headers().forEach(name -> {
                usedHeaders.add(name);
                one.withObjectProperty("headers").putObject(name).put("$ref", "#/components/headers/" + name);
            });
        });
    }

    private void content(ObjectNode told, Content content) {
        new TreeMap<>(content.types()).forEach((type, shape) -> told.withObjectProperty(CONTENT).putObject(type)
                .set("schema", shapes.of(shape)));
    }

    /// Made of the path, so that it stays as it is when others come.
    private String id(String method, String path) {
        var id = new StringBuilder(method);
        for (String word : path.split("[^A-Za-z0-9]+", -1)) {
            if (!word.isEmpty()) {
                id.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
            }
        }
        String plain = id.length() == method.length() ? method + "Root" : id.toString();
        String unique = plain;
        for (int number = 2; !ids.add(unique); number++) {
            unique = plain + number;
        }
        return unique;
    }

    private static void merge(ObjectNode one, ObjectNode other) {
        one.put("summary", one.path("summary").asText() + "; at the other port: " + other.path("summary").asText());
        one.withArrayProperty("servers").addAll(other.withArrayProperty("servers"));
        one.withArrayProperty("security").addAll(other.withArrayProperty("security"));
        ObjectNode replies = one.withObjectProperty("responses");
        other.withObjectProperty("responses").properties().forEach(reply -> {
            if (!replies.has(reply.getKey())) {
                replies.set(reply.getKey(), reply.getValue());
                return;
            }
            ObjectNode types = replies.withObjectProperty(reply.getKey()).withObjectProperty(CONTENT);
            reply.getValue().path(CONTENT).properties().forEach(type -> {
                if (types.has(type.getKey())) {
                    ObjectNode both = Json.object();
                    both.putArray("anyOf").add(types.path(type.getKey()).path("schema"))
                            .add(type.getValue().path("schema"));
                    types.putObject(type.getKey()).set("schema", both);
                } else {
                    types.set(type.getKey(), type.getValue());
                }
            });
        });
    }
}
