package dev.formulary.engine.store;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A part as it lies in the file; what it means is worked out once, and by whoever asks first. Thread-safe.
///
/// Several threads may work it out at the same time, with equal results.
final class StoredPart {
    private final byte[] packed;
    private volatile @Nullable Object value;

    StoredPart(byte[] packed) {
        this.packed = packed;
    }

    byte[] content() throws IOException {
        return Packed.unpack(packed);
    }

    /// @param type always the same for one part
    @SuppressWarnings("unchecked")
    <T> T as(TypeReference<T> type) throws IOException {
        Object known = value;
        if (known == null) {
            known = FactsJson.read(content(), type);
            value = known;
        }
        return (T) known;
    }

    /// Like [#as], for what is made of two parts and remembered with this one.
    @SuppressWarnings("unchecked")
    <T> T made(Maker<T> maker) throws IOException {
        Object known = value;
        if (known == null) {
            known = maker.make();
            value = known;
        }
        return (T) known;
    }

    interface Maker<T> {
        T make() throws IOException;
    }
}
