package dev.formulary.engine.config;

import java.util.ArrayList;
import java.util.List;

/// Gathers what is wrong, so that a reader of the messages can mend all of it at once. Not thread-safe.
final class Complaints {
    private static final String ENVIRONMENT = "environment";

    private final String file;
    private final List<Complaint> all = new ArrayList<>();

    Complaints(String file) {
        this.file = file;
    }

    void add(Place place, String path, String message) {
        all.add(new Complaint(file, place.line(), place.column(), path, message));
    }

    /// A place as people write it, as in `conf/formulary.yaml:12:5`.
    String at(Place place) {
        return file + ":" + place.line() + ":" + place.column();
    }

    void addEnvironment(String variable, String message) {
        all.add(new Complaint(ENVIRONMENT, 0, 0, variable, message));
    }

    void throwIfAny() throws ConfigurationException {
        if (!all.isEmpty()) {
            all.sort(Complaint.IN_FILE_ORDER);
            throw new ConfigurationException(all);
        }
    }
}
