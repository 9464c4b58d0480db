package dev.formulary.engine.config;

import java.util.List;
import java.util.stream.Collectors;

/// The configuration cannot be used. The message has one line a complaint.
public final class ConfigurationException extends Exception {
    private final transient List<Complaint> complaints;
    private final String message;

    ConfigurationException(List<Complaint> complaints) {
        this.message = complaints.stream().map(Complaint::toString).collect(Collectors.joining("\n"));
        this.complaints = List.copyOf(complaints);
    }

    @Override
    public String getMessage() {
        return message;
    }

    /// All that is wrong, in the order of the file; at least one.
    public List<Complaint> complaints() {
        return complaints;
    }
}
