package dev.formulary.engine.session;

import dev.formulary.engine.facts.SessionRecord;
import java.util.function.Consumer;

/// What the other nodes of a cluster know of sessions. Thread-safe.
public interface Siblings {
    /// There are no other nodes.
    Siblings NONE = new Siblings() {
        @Override
        public void heed(Consumer<SessionRecord> changed, Consumer<String> forgotten) {
            // nobody says anything
        }

        @Override
        public void tell(SessionRecord record) {
            // nobody listens
        }

        @Override
        public void forget(String key) {
            // nobody listens
        }
    };

    /// Begins to listen. What the others know already is told before this returns. To be called once.
    ///
    /// @param changed told of each session that changes on any node, this one too
    /// @param forgotten told of the key of each that is forgotten
    void heed(Consumer<SessionRecord> changed, Consumer<String> forgotten);

    /// Tells the others of a change. Waits until all know it, for as long as they are waited for.
    void tell(SessionRecord record);

    /// Has all of them forget a session. Waits as [#tell] does.
    void forget(String key);
}
