package dev.formulary.engine.route;

import java.util.Collections;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.jspecify.annotations.Nullable;

/// What a route listens to, and no other file may.
///
/// @param key equal for equal claims
/// @param shown how it is called in messages
/// @param methods HTTP methods; empty for all, or where there are none
record Claim(String key, String shown, Set<String> methods) {

    /// An endpoint that says itself what it claims; two versions of it can run side by side for a moment.
    interface Claiming {
        Claim claim();
    }

    /// What an endpoint claims, or null when any number of routes may begin with it.
    static @Nullable Claim of(Endpoint endpoint) {
        if (endpoint instanceof Claiming claiming) {
            return claiming.claim();
        }
        if (endpoint instanceof MultipleConsumersSupport several && several.isMultipleConsumersSupported()) {
            return null;
        }
        String uri = endpoint.getEndpointBaseUri().replace("://", ":");
        return new Claim(uri, "'" + uri + "'", Set.of());
    }

    boolean collides(Claim other) {
        return key.equals(other.key) && (methods.isEmpty() || other.methods.isEmpty()
                || !Collections.disjoint(methods, other.methods));
    }
}
