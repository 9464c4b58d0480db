package dev.formulary.engine.boot;

import dev.formulary.engine.facts.SessionRecord;
import dev.formulary.engine.session.Shelf;
import dev.formulary.engine.store.SessionFile;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Keeps sessions in the data folder's file.
record SessionShelf(SessionFile file) implements Shelf {
    @Override
    public List<SessionRecord> youngest(int most, Instant since) throws IOException {
        return file.youngest(most, since);
    }

    @Override
    public void write(List<SessionRecord> changed, Set<String> gone, Instant since, int most) throws IOException {
        file.write(changed, gone, since, most);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
