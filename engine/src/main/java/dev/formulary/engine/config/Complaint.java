package dev.formulary.engine.config;

import java.util.Comparator;

/// One thing that is wrong with the configuration.
///
/// @param source the file, relative to the home folder, or `environment`
/// @param line counted from 1; 0 for the environment
/// @param column counted from 1; 0 for the environment
/// @param path the setting, for example `providers[0].id`; empty when the whole file is meant
/// @param message what is wrong and what would be right; never holds the value of an environment variable
public record Complaint(String source, int line, int column, String path, String message) {
    static final Comparator<Complaint> IN_FILE_ORDER = Comparator.comparingInt(Complaint::line)
            .thenComparingInt(Complaint::column);

    @Override
    public String toString() {
        String place = line > 0 ? source + ":" + line + ":" + column : source;
        return path.isEmpty() ? place + " " + message : place + " " + path + ": " + message;
    }
}
