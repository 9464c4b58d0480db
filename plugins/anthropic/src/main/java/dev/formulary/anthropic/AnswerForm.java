package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The form of the answer: the tools that may, must or must not be called, and the schema that it is held to. Where a model
/// can't be held to a schema, a tool is forced upon it whose input is the answer.
///
/// @param tools as the vendor wants them; empty for none
/// @param choice `tool_choice`, or null
/// @param schema what the answer is held to, or null
/// @param answerTool the tool whose input is the answer, or null
record AnswerForm(ArrayNode tools, @Nullable ObjectNode choice, @Nullable JsonNode schema,
        @Nullable String answerTool) {
    private static final int LONGEST_NAME = 64;

    /// Whether the model must call a tool.
    boolean forced() {
        return choice != null && (choice.path("type").asText().equals("any")
                || choice.path("type").asText().equals("tool"));
    }

    /// @param called the tools that the conversation has calls of
    /// @param ignored gets what could not be carried
    /// @throws ProviderException with [FailureCategory#UNSUPPORTED] when the model can't answer in that form
    static AnswerForm of(ChatRequest request, Traits traits, Set<String> called, Set<String> ignored)
            throws ProviderException {
        String wanted = request.toolChoice() == null ? "auto" : request.toolChoice();
        boolean mustCall = wanted.equals("required") || wanted.startsWith("=");
        if (mustCall && request.tools().isEmpty()) {
            throw new ProviderException(FailureCategory.INVALID_REQUEST,
                    "'tool_choice' asks for a call, and there are no tools");
        }
        ArrayNode tools = tools(request, traits, ignored);
        JsonNode schema = schema(request.format());
        boolean held = schema != null && request.format() instanceof Format.Schema && traits.schemas()
                && SchemaFit.fits(schema);
        String answerTool = null;
        if (schema != null && !held && !mustCall) {
            answerTool = answerTool(request);
            tools.add(Json.object().put("name", answerTool).put("description", "Gives the answer.")
                    .set("input_schema", schema));
            tellStrict(request.format(), ignored);
        }
        ObjectNode choice = answerTool == null
                ? choice(request, wanted)
                : answerChoice(request, wanted, answerTool);
        if (tools.isEmpty() && !called.isEmpty()) {
            // the vendor wants tools where there are calls, and nobody is to call them now
            called.forEach(name -> tools.add(stub(name)));
            choice = Json.object("none");
        }
        var form = new AnswerForm(tools, choice, held ? schema : null, answerTool);
        if (form.forced() && !traits.forcedTools()) {
            throw Blocks.unsupported("no tool can be forced upon this model, which "
                    + (answerTool == null ? "'tool_choice'" : "this 'response_format'") + " needs");
        }
        return form;
    }

    private static void tellStrict(Format format, Set<String> ignored) {
        if (format instanceof Format.Schema(var _, var _, boolean strict) && strict) {
            ignored.add("strict");
        }
    }

    private static ArrayNode tools(ChatRequest request, Traits traits, Set<String> ignored) {
        ArrayNode tools = Json.array();
        for (Tool tool : request.tools()) {
            ObjectNode written = tools.addObject().put("name", tool.name());
            if (tool.description() != null) {
                written.put("description", tool.description());
            }
            ObjectNode schema = Json.object();
            if (Json.of(tool.parameters()) instanceof ObjectNode parameters) {
                schema.setAll(parameters);
            }
            if (!schema.has("type")) {
                schema.put("type", "object");
            }
            written.set("input_schema", schema);
            if (tool.strict() && traits.schemas() && SchemaFit.fits(schema)) {
                written.put("strict", true);
            } else if (tool.strict()) {
                ignored.add("strict");
            }
        }
        return tools;
    }

    private static ObjectNode stub(String name) {
        return Json.object().put("name", name).set("input_schema", Json.object("object"));
    }

    private static @Nullable JsonNode schema(Format format) {
        return switch (format) {
            case Format.Free() -> null;
            case Format.Json() -> Json.object("object");
            case Format.Schema(String _, Map<String, @Nullable Object> schema, boolean _) -> Json.of(schema);
        };
    }

    private static String answerTool(ChatRequest request) {
        String given = request.format() instanceof Format.Schema(String name, var _, var _) ? name : "json";
        String safe = given.replaceAll("[^a-zA-Z0-9_-]", "_");
        String name = safe.isEmpty() ? "json" : safe.substring(0, Math.min(safe.length(), LONGEST_NAME - 10));
        Set<String> taken = Set.copyOf(request.tools().stream().map(Tool::name).toList());
        while (taken.contains(name)) {
            name += "_";
        }
        return name;
    }

    private static @Nullable ObjectNode choice(ChatRequest request, String wanted) {
        if (request.tools().isEmpty()) {
            return null;
        }
        boolean one = Boolean.FALSE.equals(request.options().parallelToolCalls());
        return switch (wanted) {
            case "none" -> Json.object("none");
            case "required" -> single(Json.object("any"), one);
            case "auto" -> request.toolChoice() == null && !one ? null : single(Json.object("auto"), one);
            default -> single(Json.object("tool").put("name", wanted.substring(wanted.startsWith("=") ? 1 : 0)), one);
        };
    }

    private static ObjectNode answerChoice(ChatRequest request, String wanted, String answerTool) {
        boolean alone = request.tools().isEmpty() || wanted.equals("none");
        ObjectNode choice = alone ? Json.object("tool").put("name", answerTool) : Json.object("any");
        return single(choice, true);
    }

    private static ObjectNode single(ObjectNode choice, boolean one) {
        return one ? choice.put("disable_parallel_tool_use", true) : choice;
    }
}
