package dev.formulary.engine.grid;

import java.util.function.Function;
import org.infinispan.functional.EntryView.ReadWriteEntryView;

/// Puts what one node knows of a session together with what all know. It may come more than once.
///
/// @param record as [SessionCodec] writes it
record SessionFunction(byte[] record) implements Function<ReadWriteEntryView<String, byte[]>, byte[]> {

    /// @return nothing; the listeners have it
    @Override
    public byte[] apply(ReadWriteEntryView<String, byte[]> view) {
        view.set(view.find().map(before -> SessionCodec.both(before, record)).orElse(record));
        return new byte[0];
    }
}
