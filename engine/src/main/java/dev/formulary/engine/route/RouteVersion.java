package dev.formulary.engine.route;

import java.util.List;
import org.apache.camel.model.RouteDefinition;

/// One version of a file, found right.
///
/// @param text what it was made from
/// @param from what its routes listen to, as written
/// @param claims what no other file may listen to meanwhile
/// @param sideBySide whether it can start before the version before has ended
/// @param off for each route in order why it is off; empty for a route that serves
/// @param routes what serves; empty until it was started
record RouteVersion(RouteText text, List<String> from, List<Claim> claims, boolean sideBySide, List<String> off,
        List<RouteDefinition> routes) {

    RouteVersion started(List<RouteDefinition> definitions) {
        return new RouteVersion(text, from, claims, sideBySide, off, definitions);
    }

    /// Why some routes are off, or empty.
    String offReason() {
        return off.stream().filter(reason -> !reason.isEmpty()).findFirst().orElse("");
    }

    boolean allOff() {
        return off.stream().noneMatch(String::isEmpty);
    }
}
