package dev.formulary.engine.boot;

/// The command line's entry.
public final class Main {
    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        Terminal terminal = Terminal.ofProcess();
        int exitCode = CommandLineOf.terminal(terminal, Assembly.runner(), Assembly.ruleCheck()).execute(args);
        terminal.out().flush();
        System.exit(exitCode);
    }
}
