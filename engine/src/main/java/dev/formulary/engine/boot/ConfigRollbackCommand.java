package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Versions;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `formulary config rollback`
@Command(name = "rollback", mixinStandardHelpOptions = true, description = "Puts an earlier version back into conf/formulary.yaml; what stands there is kept.")
final class ConfigRollbackCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "HASH|N", arity = "0..1", description = "the first digits of a hash, or a number of: formulary config history; without it the version that served before")
    private String target = "";

    ConfigRollbackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Home home = terminal.home();
        if (!Files.isDirectory(home.data())) {
            return terminal.refuse(Exit.USAGE, "there is no home folder " + home.folder()
                    + "; make it with: formulary run");
        }
        var file = new ConfigurationFile(home, terminal.env(), Clock.systemUTC());
        try (FileLock lock = RunningNode.claim(home)) {
            return lock == null ? askNode(home, file) : onFile(file);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        }
    }

    private String user() {
        return terminal.properties().getProperty("user.name", "");
    }

    /// Nobody else uses the file while the lock is held.
    private int onFile(ConfigurationFile file) throws IOException {
        try {
            return done(file.rollback(target, user()));
        } catch (IllegalArgumentException e) {
            return terminal.refuse(Exit.NO, Objects.toString(e.getMessage(), "nothing was changed"));
        }
    }

    private int askNode(Home home, ConfigurationFile file) throws ConfigurationException {
        NodeClient node = NodeClient.of(home, settings(file));
        try {
            NodeClient.Reply reply = node.change(ConfigurationDesk.ROLLBACK,
                    AdminJson.write(Map.of("to", target, "by", user())));
            JsonNode answer = new JsonMapper().readTree(reply.body());
            if (!reply.isOk()) {
                return terminal.refuse(Exit.NO, answer.at("/error/message").asText(reply.body()));
            }
            int done = done(answer.path("hash").asText());
            return answer.path("accepted").asBoolean()
                    ? done
                    : terminal.refuse(Exit.NO, "it was not accepted: "
                            + answer.at("/problems/0").asText("see /admin/configuration"));
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.NO, node.management() + " answered something that is not JSON");
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, "a gateway uses the home folder and does not answer at "
                    + node.management() + "; try again");
        }
    }

    /// How to reach the gateway. A file that is broken, which may be why somebody goes back, says so no more; the version that
    /// served last does.
    private static Settings settings(ConfigurationFile file) throws ConfigurationException {
        try {
            return file.read(file.text());
        } catch (ConfigurationException e) {
            String served = file.versions().served().map(Versions.Version::hash)
                    .flatMap(file.versions()::text).orElse(null);
            if (served == null) {
                throw e;
            }
            return file.read(served);
        }
    }

    private int done(String hash) {
        terminal.out().println(Configuration.FILE + " holds version " + hash + " again");
        return Exit.OK;
    }
}
