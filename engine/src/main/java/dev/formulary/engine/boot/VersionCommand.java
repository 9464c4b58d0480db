package dev.formulary.engine.boot;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// `formulary version`
@Command(name = "version", mixinStandardHelpOptions = true, description = "Shows the version, the JDK and the licence.")
final class VersionCommand implements Callable<Integer> {
    private final Terminal terminal;

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        lines().forEach(terminal.out()::println);
        return Exit.OK;
    }

    /// The version in the JAR's manifest.
    static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static java.util.List<String> lines() {
        return java.util.List.of("formulary " + version(),
                "JDK " + System.getProperty("java.runtime.version") + " (" + System.getProperty("java.vendor") + ")",
                "Apache License, Version 2.0");
    }

    /// For `--version`.
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return lines().toArray(String[]::new);
        }
    }
}
