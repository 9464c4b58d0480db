package dev.formulary.engine.store;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A part as it lies in the file; what it means is worked out once, by whoever asks first. Thread-safe.
///
/// Several threads may work it out at the same time, with equal results.
final class StoredPart {
    private final byte[] packed;
    private volatile @Nullable Known known;

    /// @param by what worked it out
    private record Known(Object by, Object value) {}

    StoredPart(byte[] packed) {
        this.packed = packed;
    }

    byte[] content() throws IOException {
        return Packed.unpack(packed);
    }

    /// @param type the last one is remembered
    <T> T as(TypeReference<T> type) throws IOException {
        return made(type, () -> FactsJson.read(content(), type));
    }

    /// Like [#as], for what is made of two parts and remembered with this one.
    ///
    /// @param by stands for what is made
    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // types have no other equality
    <T> T made(Object by, Maker<T> maker) throws IOException {
        Known now = known;
        if (now == null || now.by() != by) {
            now = new Known(by, maker.make());
            known = now;
        }
        return (T) now.value();
    }

    interface Maker<T> {
        T make() throws IOException;
    }
}
