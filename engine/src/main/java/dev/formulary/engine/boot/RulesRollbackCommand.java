package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.decision.Rollback;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `formulary rules rollback`
@Command(name = "rollback", mixinStandardHelpOptions = true, description = "Puts an earlier rule set back into the rules folder; what stands there is kept.")
final class RulesRollbackCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "HASH|N", description = "the first digits of a hash, or a number of: formulary rules history")
    private String target = "";

    RulesRollbackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Home home = terminal.home();
        if (!Files.isDirectory(home.data())) {
            return terminal.refuse(Exit.USAGE, "there is no home folder " + home.folder()
                    + "; make it with: formulary run");
        }
        try (FileLock lock = RunningNode.claim(home)) {
            Settings settings = Configuration.load(home.folder(), terminal.env());
            return lock == null ? askNode() : onFolder(home, settings);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        }
    }

    private String user() {
        return terminal.properties().getProperty("user.name", "");
    }

    /// Nobody else uses the folder while the lock is held.
    private int onFolder(Home home, Settings settings) {
        try (var policy = new Policy(home.rules(), settings.policy(), home.cache().resolve("rules"), _ -> {},
                LexiconCompanion.checking(),
                RuleDesk.ledger(home, Clock.systemUTC()))) {
            return switch (policy.rollback(target, user())) {
                case Rollback.Done(var report) -> done(report.hash(), report.accepted());
                case Rollback.Refused(String reason) -> terminal.refuse(Exit.NO, reason);
            };
        }
    }

    private int askNode() throws ConfigurationException {
        NodeClient node = NodeClient.of(terminal);
        try {
            NodeClient.Reply reply = node.change(RuleDesk.ROLLBACK,
                    AdminJson.write(Map.of("to", target, "by", user())));
            JsonNode answer = new JsonMapper().readTree(reply.body());
            return reply.isOk()
                    ? done(answer.path("hash").asText(), answer.path("accepted").asBoolean())
                    : terminal.refuse(Exit.NO, answer.at("/error/message").asText(reply.body()));
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.NO, node.management() + " answered something that is not JSON");
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, "a gateway uses the home folder and does not answer at "
                    + node.management() + "; try again");
        }
    }

    private int done(String hash, boolean accepted) {
        terminal.out().println("the rules folder holds rule set " + hash + " again");
        return accepted ? Exit.OK : terminal.refuse(Exit.NO, "it was not accepted; see: formulary rules");
    }
}
