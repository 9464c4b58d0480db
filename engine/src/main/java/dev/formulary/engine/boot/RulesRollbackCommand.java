package dev.formulary.engine.boot;

import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.decision.Rollback;
import java.io.IOException;
import java.time.Clock;
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
        var back = new PutBack(terminal, RuleDesk.ROLLBACK, target);
        return back.run(home -> inFolder(home, back.user()), _ -> NodeClient.of(terminal),
                answer -> done(answer.path("hash").asText(), answer.path("accepted").asBoolean()));
    }

    private int inFolder(Home home, String user) throws ConfigurationException {
        Settings settings = Configuration.load(home.folder(), terminal.env());
        try (var policy = new Policy(home.rules(), settings.policy(), home.cache().resolve("rules"), _ -> {},
                LexiconCompanion.checking(), RuleDesk.ledger(home, Clock.systemUTC()))) {
            return switch (policy.rollback(target, user)) {
                case Rollback.Done(var report) -> done(report.hash(), report.accepted());
                case Rollback.Refused(String reason) -> terminal.refuse(Exit.NO, reason);
            };
        }
    }

    private int done(String hash, boolean accepted) {
        terminal.out().println("the rules folder holds rule set " + hash + " again");
        return accepted ? Exit.OK : terminal.refuse(Exit.NO, "it was not accepted; see: formulary rules");
    }
}
