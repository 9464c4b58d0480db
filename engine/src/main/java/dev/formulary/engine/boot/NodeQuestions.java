package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.ConfigurationException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/// Asks the gateway of the home folder.
record NodeQuestions(Terminal terminal) {
    private static final JsonMapper JSON = new JsonMapper();

    /// What a gateway says.
    interface Question {
        NodeClient.Reply of(NodeClient node) throws IOException;
    }

    /// What is done with it.
    interface Answered {
        void with(JsonNode answer);
    }

    int ask(Question question, Answered answered) {
        NodeClient node;
        try {
            node = NodeClient.of(terminal);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        }
        try {
            NodeClient.Reply reply = question.of(node);
            JsonNode answer = JSON.readTree(reply.body());
            if (!reply.isOk()) {
                return terminal.refuse(Exit.NO, answer.at("/error/message").asText(reply.body()));
            }
            answered.with(answer);
            return Exit.OK;
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, "no gateway answers at " + node.management()
                    + "; start one with: formulary run");
        }
    }

    int show(String path, boolean json, List<String> members) {
        return ask(node -> node.manage(path), answer -> {
            if (json) {
                terminal.out().println(answer.toPrettyString());
            } else if (answer.isEmpty()) {
                terminal.out().println("none");
            } else {
                answer.forEach(each -> {
                    var line = new StringJoiner("  ");
                    members.stream().filter(name -> !text(each.path(name)).isEmpty())
                            .forEach(name -> line.add(name + "=" + text(each.path(name))));
                    terminal.out().println(line);
                });
            }
        });
    }

    /// What is but structure is left out.
    private static String text(JsonNode value) {
        return value.isNull()
                ? ""
                : value.isValueNode()
                        ? value.asText()
                        : value.toString().replaceAll("[{}\\[\\]\"]", "").replace(",", " ");
    }

    /// Asks for a change, and prints what came of it.
    int change(String path, Map<String, String> said, Function<JsonNode, String> line) {
        return ask(node -> node.change(path, AdminJson.write(said)),
                answer -> terminal.out().println(line.apply(answer)));
    }
}
