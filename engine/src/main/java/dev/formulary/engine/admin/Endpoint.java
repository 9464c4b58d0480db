package dev.formulary.engine.admin;

import dev.formulary.engine.keys.Role;
import org.jspecify.annotations.Nullable;

/// A path of the management API by one method. `HEAD` is possible wherever `GET` is.
///
/// @param method upper case
/// @param path with `{id}` where an id stands
/// @param needed what a key must be able to do; null where none is asked for
public record Endpoint(String method, String path, @Nullable Role needed) {
    static Endpoint of(String method, String path) {
        return new Endpoint(method, path, Gate.needed(method, path));
    }
}
