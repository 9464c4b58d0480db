package dev.formulary.engine.facts;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a route hands in.
///
/// @param via `http`, `mqtt` or `file`
/// @param path the path or topic with which it came; what follows a fixed part may be an argument
/// @param header gives the value of a header, a user property or a file member by its lower-case name, or null
/// @param body the bytes; nobody changes them
/// @param mayStream whether the answer can go out in pieces
/// @param presence whether somebody still waits
/// @param query what follows the question mark of a URL, as it came; empty when nothing does
/// @param peer the network address from which it came; empty when nobody knows
public record Arrival(String via, String path, HeaderLookup header, byte[] body, boolean mayStream, Presence presence,
        String query, String peer) {
    private static final int MOST_PARAMETERS = 20;

    /// What came from nobody knows where.
    public Arrival(String via, String path, HeaderLookup header, byte[] body, boolean mayStream, Presence presence,
            String query) {
        this(via, path, header, body, mayStream, presence, query, "");
    }

    /// What came without a query.
    public Arrival(String via, String path, HeaderLookup header, byte[] body, boolean mayStream, Presence presence) {
        this(via, path, header, body, mayStream, presence, "");
    }

    /// Gives headers.
    @FunctionalInterface
    public interface HeaderLookup {
        /// The first value of the header of that lower-case name, or null.
        @Nullable
        String get(String name);
    }

    /// Whether somebody still waits for the answer. Thread-safe.
    public interface Presence {
        /// Somebody who never leaves.
        Presence CONSTANT = new Presence() {
            @Override
            public boolean gone() {
                return false;
            }

            @Override
            public void onGone(Runnable action) {}
        };

        /// True once nobody waits.
        boolean gone();

        /// Runs an action once, when nobody waits any more, and at once when that is so already. The last one registered
        /// replaces those before. The action does not block.
        void onGone(Runnable action);

        /// Where the call stands in line: told when it begins to wait, and then once a second when it has changed. Does not
        /// block.
        default void waits(QueuePlace place) {}

        /// Answers in the place of the call's own thread, which does not come back; what it gives later goes nowhere. Does not
        /// block.
        ///
        /// @return false when an answer is on its way already, or when this way in has nobody who could give another
        default boolean answer(Answer.Whole instead) {
            return false;
        }

        /// Lets go of a caller who has got a part of an answer, when no more can come. Does not block.
        default void cutOff() {}
    }

    /// The first value of a parameter of the query, or null when it is missing or can't be read. Of a query the first 20
    /// parameters count.
    public @Nullable String parameter(String name) {
        for (String pair : query.split("&", MOST_PARAMETERS)) {
            if (pair.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    return null;
                }
            }
        }
        return null;
    }

    /// The same arrival for somebody else.
    public Arrival with(Presence other) {
        return new Arrival(via, path, header, body, mayStream, other, query, peer);
    }

    /// The same arrival with the path changed.
    public Arrival at(UnaryOperator<String> change) {
        return new Arrival(via, change.apply(path), header, body, mayStream, presence, query, peer);
    }
}
