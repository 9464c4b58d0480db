package dev.formulary.engine.boot;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Puts the commands together.
final class CommandLineOf {
    private CommandLineOf() {}

    @Command(name = "formulary", mixinStandardHelpOptions = true, versionProvider = VersionCommand.Provider.class, synopsisSubcommandLabel = "COMMAND", description = "Decides by rules which AI model may answer a request, and gets the answer.", footerHeading = "%nExit codes: 0 yes, 1 no, 2 wrong usage or configuration.%n", footer = "Home folder: FORMULARY_HOME, else .formulary in a checkout or in your own folder.")
    static final class Root {}

    static CommandLine terminal(Terminal terminal, Runner runner, RuleCheck ruleCheck) {
        CommandLine root = new CommandLine(new Root());
        root.addSubcommand(new RunCommand(terminal, runner, ruleCheck));
        root.addSubcommand(new DecideCommand(terminal));
        root.addSubcommand(RulesCommand.of(terminal, ruleCheck));
        root.addSubcommand(ConfigCommand.of(terminal));
        root.addSubcommand(KeysCommand.of(terminal));
        root.addSubcommand(AuditCommand.of(terminal));
        root.addSubcommand(AlertsCommand.of(terminal));
        root.addSubcommand(MeasuresCommand.of(terminal));
        root.addSubcommand(DecisionsCommand.of(terminal));
        root.addSubcommand(new LedgerCommand(terminal));
        root.addSubcommand(new InsightsCommand(terminal));
        root.addSubcommand(new CompareCommand(terminal));
        root.addSubcommand(new LoadCommand(terminal));
        root.addSubcommand(new BudgetsCommand(terminal));
        root.addSubcommand(new ReplayCommand(terminal));
        root.addSubcommand(new ExplainCommand(terminal));
        root.addSubcommand(new DrillCommand(terminal));
        root.addSubcommand(new GradeCommand(terminal));
        root.addSubcommand(new PluginsCommand(terminal));
        root.addSubcommand(new FilesCommand(terminal));
        root.addSubcommand(new OpenapiCommand(terminal));
        root.addSubcommand(new VersionCommand(terminal));
        return root.setOut(terminal.out()).setErr(terminal.err()).setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, _) -> terminal.refuse(Exit.NO,
                        command.getCommandName() + " failed: " + e));
    }
}
