package dev.formulary.engine.grid;

import java.util.List;
import java.util.function.BinaryOperator;
import org.infinispan.commons.marshall.WrappedByteArray;
import org.infinispan.conflict.EntryMergePolicy;
import org.infinispan.container.entries.CacheEntry;
import org.jspecify.annotations.Nullable;

/// Puts together what parts of a cluster have each changed while they were apart. Values come as they are stored, wrapped.
///
/// @param both makes one value of two; in which order does not matter
record EntryMerge(BinaryOperator<byte[]> both) implements EntryMergePolicy<Object, Object> {

    @Override
    public @Nullable CacheEntry<Object, Object> merge(@Nullable CacheEntry<Object, Object> preferred,
            List<CacheEntry<Object, Object>> others) {
        CacheEntry<Object, Object> merged = preferred;
        for (CacheEntry<Object, Object> other : others) {
            if (merged == null) {
                merged = other;
            } else if (other != null) {
                merged = merged.clone();
                merged.setValue(merged(merged.getValue(), other.getValue()));
            }
        }
        return merged;
    }

    private Object merged(Object one, Object other) {
        byte[] all = both.apply(bytes(one), bytes(other));
        return one instanceof WrappedByteArray ? new WrappedByteArray(all) : all;
    }

    private static byte[] bytes(Object value) {
        return value instanceof WrappedByteArray wrapped ? wrapped.getBytes() : (byte[]) value;
    }
}
