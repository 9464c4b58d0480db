package dev.formulary.engine.boot;

import dev.formulary.engine.boot.Runner.Running;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Discovery;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary run`
@Command(name = "run", mixinStandardHelpOptions = true, description = "Runs the gateway until Ctrl-C or SIGTERM.")
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Runner runner;
    private final RuleCheck ruleCheck;
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Option(names = "--train", hidden = true, description = "serve some requests of its own in a home folder of its own,"
            + " and end: for the AOT cache")
    private boolean train;

    RunCommand(Terminal terminal, Runner runner, RuleCheck ruleCheck) {
        this.terminal = terminal;
        this.runner = runner;
        this.ruleCheck = ruleCheck;
    }

    @Override
    public Integer call() {
        try {
            if (train) {
                return new Training(terminal, runner, ruleCheck).call();
            }
            Home home = terminal.home();
            home.prepare(terminal.shipped("formulary.share"), terminal.shipped("formulary.plugins"));
            return claimAndRun(home);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        } catch (StartException e) {
            return terminal.refuse(Exit.NO, "cannot start: " + e.getMessage());
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(RunCommand.class).error("start failed", e);
            return terminal.refuse(Exit.NO, "cannot start: " + e);
        }
    }

    private int claimAndRun(Home home) throws IOException, ConfigurationException, StartException {
        try (FileLock lock = RunningNode.claim(home)) {
            if (lock == null) {
                RunningNode other = RunningNode.read(home);
                return terminal.refuse(Exit.NO, "a gateway" + (other == null ? "" : " (process " + other.pid() + ")")
                        + " runs with the home folder " + home.folder()
                        + " already; stop it or set FORMULARY_HOME to another folder");
            }
            Logs.toFile(home);
            Discovery.Found found = Discovery.look(Configuration.load(home.folder(), terminal.env()), terminal.env());
            Logs.format(found.settings().logs().format());
            serve(home, found);
            return Exit.OK;
        }
    }

    private void serve(Home home, Discovery.Found found) throws IOException, StartException {
        Running running = runner.start(found.settings(), home);
        Thread hook = Threads.atExit("stop", () -> stop(home, running));
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            new RunningNode(ProcessHandle.current().pid(), running.port(), running.managementPort()).write(home);
            Greeting.lines(home, found, running).forEach(terminal.out()::println);
            stopped.await();
        } catch (InterruptedException e) {
            Runtime.getRuntime().removeShutdownHook(hook);
            stop(home, running);
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // The process is ending already, so the hook will not run.
            stop(home, running);
        }
    }

    private void stop(Home home, Running running) {
        try {
            RunningNode.remove(home);
        } catch (IOException e) {
            terminal.refuse(Exit.NO, "cannot remove the note of this process: " + e.getMessage());
        } finally {
            running.close();
            Logs.closeFile();
            stopped.countDown();
        }
    }
}
