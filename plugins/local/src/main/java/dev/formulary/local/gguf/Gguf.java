package dev.formulary.local.gguf;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What stands at the head of a GGUF file. Immutable.
///
/// @param version of the format, 2 or 3
/// @param values what the file says about itself: [Long] for whole numbers, [Double], [Boolean], [String] or [Array]; very
///        long texts are left out
/// @param tensors what it holds, in order
/// @param fileBytes the length of the file
public record Gguf(int version, Map<String, Object> values, List<Tensor> tensors, long fileBytes) {
    public Gguf {
        values = Map.copyOf(values);
        tensors = List.copyOf(tensors);
    }

    /// A list of values.
    ///
    /// @param count how many there are
    /// @param numbers the values themselves, where they are whole numbers and few; otherwise empty
    public record Array(long count, List<Long> numbers) {
        public Array {
            numbers = List.copyOf(numbers);
        }
    }

    /// @param elements how many numbers it has
    /// @param bytes what they take
    public record Tensor(String name, TensorType type, long elements, long bytes) {}

    /// A text, or null when there is none of that name.
    public @Nullable String text(String key) {
        return values.get(key) instanceof String text ? text : null;
    }

    /// A whole number; of a list of numbers the largest.
    public long number(String key, long otherwise) {
        return switch (values.get(key)) {
            case Long number -> number;
            case Array(long _, List<Long> numbers) when !numbers.isEmpty() ->
                numbers.stream().mapToLong(Long::longValue).max().orElseThrow();
            case null, default -> otherwise;
        };
    }

    /// The number of layer `index`, whether the file says one for each or one for all.
    public long numberOf(String key, int index, long otherwise) {
        return values.get(key) instanceof Array(long _, List<Long> numbers) && !numbers.isEmpty()
                ? numbers.get(Math.min(index, numbers.size() - 1))
                : number(key, otherwise);
    }

    /// How long the list of that name is, or 0.
    public long count(String key) {
        return values.get(key) instanceof Array(long count, List<Long> _) ? count : 0;
    }

    /// Numbers in all tensors together.
    public long parameters() {
        return tensors.stream().mapToLong(Tensor::elements).sum();
    }

    /// What all tensors take.
    public long tensorBytes() {
        return tensors.stream().mapToLong(Tensor::bytes).sum();
    }
}
