package dev.formulary.engine.grid;

import java.util.function.Function;
import org.infinispan.functional.EntryView.ReadWriteEntryView;

/// Carries a step out where the counts are: first on the node that owns them, then in the same order on all others.
///
/// @param step as [CountsCodec] writes it
record CountFunction(byte[] step) implements Function<ReadWriteEntryView<String, byte[]>, byte[]> {

    /// @return the counts after it
    @Override
    public byte[] apply(ReadWriteEntryView<String, byte[]> view) {
        Counts before = view.find().map(CountsCodec::counts).orElse(null);
        byte[] after = CountsCodec.bytes(CountsCodec.step(step).on(before));
        view.set(after);
        return after;
    }
}
