package dev.formulary.engine.boot;

import java.util.List;

/// The command line's entry.
public final class Main {
    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        int exitCode = execute(terminal, Assembly.runner(terminal.env()), Assembly.ruleCheck(), List.of(args));
        terminal.out().flush();
        System.exit(exitCode);
    }

    /// A plain start goes past picocli, whose old class files no AOT cache takes: it would be a tenth of the start.
    static int execute(Terminal terminal, Runner runner, RuleCheck ruleCheck, List<String> arguments) {
        return arguments.equals(List.of("run"))
                ? new RunCommand(terminal, runner, ruleCheck).call()
                : CommandLineOf.terminal(terminal, runner, ruleCheck).execute(arguments.toArray(String[]::new));
    }
}
