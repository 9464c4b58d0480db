package dev.formulary.engine.keys;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is attached to a key of a client.
///
/// @param tenant who pays
/// @param pool keys with the same word here can share a limit; empty for none
/// @param labels words for the rules
/// @param models patterns of the models that it may use; empty for all
/// @param limits of its own
/// @param defaults facts that hold unless the call declares others, by name
/// @param fixed facts that hold whatever the call declares, by name
public record KeyGrant(String tenant, String pool, Set<String> labels, List<String> models, List<KeyLimit> limits,
        Map<String, String> defaults, Map<String, String> fixed) {
    /// Nothing but who pays.
    public static KeyGrant of(String tenant) {
        return new KeyGrant(tenant, "", Set.of(), List.of(), List.of(), Map.of(), Map.of());
    }
}
