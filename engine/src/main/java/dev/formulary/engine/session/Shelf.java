package dev.formulary.engine.session;

import dev.formulary.engine.facts.SessionRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Where sessions outlive the process. Called by one thread at a time; may block.
public interface Shelf extends AutoCloseable {

    /// The youngest sessions, the oldest of them first.
    ///
    /// @param most how many at most
    /// @param since older ones have ended
    List<SessionRecord> youngest(int most, Instant since) throws IOException;

    /// Keeps all of these changes or, when it throws, none.
    ///
    /// @param changed take the place of what was kept under their keys
    /// @param gone keys of sessions that are to be forgotten
    /// @param since older ones have ended and are forgotten, too
    /// @param most how many are kept at most; the oldest go
    void write(List<SessionRecord> changed, Set<String> gone, Instant since, int most) throws IOException;

    @Override
    void close() throws IOException;
}
