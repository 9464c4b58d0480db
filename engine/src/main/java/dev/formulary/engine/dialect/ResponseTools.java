package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tools of a call of `/v1/responses`, and which of them the model may or must call. Only functions, which the caller runs:
/// what a vendor would run by itself, nobody here does.
///
/// @param choice as in [dev.formulary.spi.ChatRequest#toolChoice]
record ResponseTools(List<Tool> tools, @Nullable String choice) {

    static ResponseTools read(JsonNode tools, JsonNode choice) throws MalformedBodyException {
        List<Tool> all = tools(tools);
        if (isAbsent(choice) || choice.isTextual()) {
            return new ResponseTools(all, isAbsent(choice) ? null : mode(choice, "tool_choice"));
        }
        return switch (choice.path("type").asText()) {
            case "function" -> new ResponseTools(all, "=" + MemberReader.text(choice.path("name"), "tool_choice.name"));
            case "allowed_tools" -> allowed(all, choice);
            case String other -> throw ResponsesRequest.unsupported("tool_choice", "'" + ResponsesRequest.shown(other)
                    + "' names a tool that the vendor runs; there are function and allowed_tools");
        };
    }

    private static String mode(JsonNode value, String param) throws MalformedBodyException {
        return switch (value.asText()) {
            case "auto", "none", "required" -> value.textValue();
            default -> throw MemberReader.wrong(param, "auto, none, required, or an object");
        };
    }

    private static List<Tool> tools(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return List.of();
        }
        List<Tool> all = new ArrayList<>();
        for (JsonNode each : MemberReader.array(value, "tools")) {
            String at = "tools[" + all.size() + "]";
            String type = each.path("type").asText();
            if (!type.equals("function")) {
                throw ResponsesRequest.unsupported(at + ".type",
                        "'" + ResponsesRequest.shown(type) + "' is a tool of the vendor's own, and"
                                + " calls go to models of any vendor; offer a function and run it yourself");
            }
            all.add(new Tool(MemberReader.text(each.path("name"), at + ".name"),
                    MemberReader.textOrNull(each.path("description")),
                    MemberReader.object(each.path("parameters"), at + ".parameters"),
                    each.path("strict").asBoolean()));
        }
        return all;
    }

    /// A model can only call what it is told of, so tools that are not allowed are not told.
    private static ResponseTools allowed(List<Tool> all, JsonNode choice) throws MalformedBodyException {
        Set<String> names = new HashSet<>();
        for (JsonNode each : MemberReader.array(choice.path("tools"), "tool_choice.tools")) {
            names.add(MemberReader.text(each.path("name"), "tool_choice.tools.name"));
        }
        return new ResponseTools(all.stream().filter(tool -> names.contains(tool.name())).toList(),
                mode(choice.path("mode"), "tool_choice.mode"));
    }
}
