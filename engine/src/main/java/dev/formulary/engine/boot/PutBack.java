package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.ToIntFunction;

/// Puts an earlier version of something back: in the files while no gateway uses the home folder, else by asking the one that does, so
/// that what stands in the files is what serves.
///
/// @param path of the management API
/// @param target which version, as the user named it
record PutBack(Terminal terminal, String path, String target) {
    /// Works on the files; nobody else uses them meanwhile.
    @FunctionalInterface
    interface InFiles {
        /// @return the exit code
        int run(Home home) throws IOException, ConfigurationException;
    }

    /// How to reach the gateway that uses a home folder.
    @FunctionalInterface
    interface Reach {
        NodeClient node(Home home) throws ConfigurationException;
    }

    /// @param done what to say when the gateway did it, from its answer, and with which exit code
    /// @return the exit code
    int run(InFiles files, Reach reach, ToIntFunction<JsonNode> done) throws IOException {
        Home home = terminal.home();
        if (!Files.isDirectory(home.data())) {
            return terminal.refuse(Exit.USAGE, "there is no home folder " + home.folder()
                    + "; make it with: formulary run");
        }
        try (FileLock lock = RunningNode.claim(home)) {
            return lock == null ? ask(reach.node(home), done) : files.run(home);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        }
    }

    /// Who asks for it, as the machine calls them; empty when nobody knows.
    String user() {
        return terminal.properties().getProperty("user.name", "");
    }

    private int ask(NodeClient node, ToIntFunction<JsonNode> done) {
        try {
            NodeClient.Reply reply = node.change(path, AdminJson.write(Map.of("to", target, "by", user())));
            JsonNode answer = new JsonMapper().readTree(reply.body());
            return reply.isOk()
                    ? done.applyAsInt(answer)
                    : terminal.refuse(Exit.NO, answer.at("/error/message").asText(reply.body()));
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.NO, node.management() + " answered something that is not JSON");
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, "a gateway uses the home folder and does not answer at "
                    + node.management() + "; try again");
        }
    }
}
