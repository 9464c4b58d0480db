package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import java.io.IOException;
import java.util.function.ToIntFunction;

/// What the running gateway shows of itself, for a command to print.
///
/// @param path at the management port
record NodeDocument(Terminal terminal, String path) {

    /// Fetches and prints it, or tells why it can't be had.
    ///
    /// @param json whether to print it as it is
    /// @param words prints it for people, and gives the exit code
    /// @return the exit code
    int print(boolean json, ToIntFunction<JsonNode> words) {
        try {
            return print(NodeClient.of(terminal), json, words);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        }
    }

    private int print(NodeClient node, boolean json, ToIntFunction<JsonNode> words) {
        try {
            NodeClient.Reply reply = node.manage(path);
            if (!reply.isOk()) {
                return terminal.refuse(Exit.NO, node.management() + " answered " + reply.status() + " " + reply.body());
            }
            if (json) {
                terminal.out().println(reply.body());
                return Exit.OK;
            }
            return words.applyAsInt(new JsonMapper().readTree(reply.body()));
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.NO, node.management() + " answered something that is not JSON");
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, "no gateway answers at " + node.management()
                    + "; start one with: formulary run");
        }
    }
}
