package dev.formulary.engine.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key that the gateway issued; of its secret there is only the hash.
///
/// @param id stands in the key itself
/// @param name by which it is called in logs, decisions and commands; one that is in use has no other of that name
/// @param role of an admin key; null for the key of a client
/// @param grant what is attached to it
/// @param note for people
/// @param expires from when it is not good any more, or null
/// @param hash of the key
/// @param oldHash of the key before it was rotated, or null
/// @param oldUntil until when that one is good, too
/// @param rotated when it was rotated last, or null
/// @param revoked since when it is not good any more, or null
public record IssuedKey(String id, String name, @Nullable Role role, KeyGrant grant, String note, Instant created,
        @Nullable Instant expires, String hash, @Nullable String oldHash, @Nullable Instant oldUntil,
        @Nullable Instant rotated, @Nullable Instant revoked) {

    /// Whether it opens the management API, and not the way of calls.
    public boolean admin() {
        return role != null;
    }

    /// Whether it is good at a time.
    public boolean good(Instant at) {
        return revoked == null && (expires == null || at.isBefore(expires));
    }

    IssuedKey revoked(Instant at) {
        return new IssuedKey(id, name, role, grant, note, created, expires, hash, null, null, rotated, at);
    }

    /// @param until until when the key of before is good, too; null for no longer
    IssuedKey rotated(String newHash, Instant at, @Nullable Instant until) {
        return new IssuedKey(id, name, role, grant, note, created, expires, newHash, until == null ? null : hash,
                until, at, revoked);
    }
}
