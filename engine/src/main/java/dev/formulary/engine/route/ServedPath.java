package dev.formulary.engine.route;

import java.util.List;
import java.util.Set;

/// A path of the clients' port, and what answers there.
///
/// @param path as it stands in the route, for example `/v1/models/{id}`
/// @param below whether everything below it is meant, too
/// @param methods upper case; empty for all
/// @param entrances which entrances the route asks, by name
public record ServedPath(String path, boolean below, Set<String> methods, List<String> entrances) {
    public ServedPath {
        methods = Set.copyOf(methods);
        entrances = List.copyOf(entrances);
    }
}
