package dev.formulary.local;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes GGUF files, version 3, with numbers of 32 bits only.
public final class GgufBytes {
    private static final int ALIGNMENT = 32;

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int headBytes;

    private record Tensor(String name, int[] lengths, float[] numbers) {}

    /// @param value a [String], [Boolean], [Integer] (unsigned, 32 bits), [Long] (64 bits), [Float], or a list of
    ///        strings, floats or integers (signed)
    public GgufBytes value(String key, Object value) {
        values.put(key, value);
        return this;
    }

    public GgufBytes without(String key) {
        values.remove(key);
        return this;
    }

    public GgufBytes tensor(String name, float[] numbers, int... lengths) {
        tensors.add(new Tensor(name, lengths, numbers));
        return this;
    }

    /// The length of the head of what [#bytes] gave.
    public int headBytes() {
        return headBytes;
    }

    public byte[] bytes() {
        out.reset();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        i32(3);
        i64(tensors.size());
        i64(values.size());
        values.forEach((key, value) -> {
            text(key);
            i32(type(value));
            one(value);
        });
        long offset = 0;
        for (Tensor tensor : tensors) {
            text(tensor.name());
            i32(tensor.lengths().length);
            for (int length : tensor.lengths()) {
                i64(length);
            }
            i32(0);
            i64(offset);
            offset += Math.ceilDiv(4L * tensor.numbers().length, ALIGNMENT) * ALIGNMENT;
        }
        headBytes = out.size();
        pad();
        for (Tensor tensor : tensors) {
            ByteBuffer data = ByteBuffer.allocate(4 * tensor.numbers().length).order(ByteOrder.LITTLE_ENDIAN);
            for (float number : tensor.numbers()) {
                data.putFloat(number);
            }
            out.writeBytes(data.array());
            pad();
        }
        return out.toByteArray();
    }

    private static int type(Object value) {
        return switch (value) {
            case Integer _ -> 4;
            case Float _ -> 6;
            case Boolean _ -> 7;
            case String _ -> 8;
            case List<?> _ -> 9;
            case Long _ -> 10;
            default -> throw new IllegalArgumentException("no type for " + value.getClass());
        };
    }

    private void one(Object value) {
        switch (value) {
            case Integer number -> i32(number);
            case Float number -> i32(Float.floatToRawIntBits(number));
            case Boolean flag -> out.write(flag ? 1 : 0);
            case String text -> text(text);
            case Long number -> i64(number);
            case List<?> list -> {
                i32(list.getFirst() instanceof Integer ? 5 : type(list.getFirst()));
                i64(list.size());
                list.forEach(this::one);
            }
            default -> throw new IllegalArgumentException("no type for " + value.getClass());
        }
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        i64(utf8.length);
        out.writeBytes(utf8);
    }

    private void i32(int number) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(number >>> shift);
        }
    }

    private void i64(long number) {
        i32((int) number);
        i32((int) (number >>> 32));
    }

    private void pad() {
        while (out.size() % ALIGNMENT != 0) {
            out.write(0);
        }
    }
}
