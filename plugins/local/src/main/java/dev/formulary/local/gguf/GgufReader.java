package dev.formulary.local.gguf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads and checks a GGUF file: every count, length and offset against the file's own length, every type against the list of
/// those that exist. The tensors' numbers are not read. Memory stays bounded whatever the file says.
public final class GgufReader {
    private static final int MAGIC = 0x46554747;
    private static final int MOST_ENTRIES = 65_536;
    private static final int LONGEST_NAME = 256;
    /// Set by the runtime: a longer name is refused there.
    private static final int LONGEST_TENSOR_NAME = 63;
    private static final int MOST_DIMENSIONS = 4;
    private static final int LONGEST_TEXT_KEPT = 1 << 18;
    private static final int MOST_TEXT_KEPT = 1 << 22;
    private static final int MOST_NUMBERS_KEPT = 1024;
    private static final int DEFAULT_ALIGNMENT = 32;

    private final Source in;
    private final Map<String, Object> values = new HashMap<>();
    private long textKept;

    private GgufReader(Source in) {
        this.in = in;
    }

    /// @throws GgufException when the file is not as it should be
    /// @throws IOException when it can't be read
    public static Gguf read(Path file) throws GgufException, IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return new GgufReader(new Source(channel)).whole();
        }
    }

    private Gguf whole() throws GgufException, IOException {
        if (in.size() < 24 || in.i32() != MAGIC) {
            throw new GgufException("it is no GGUF file");
        }
        int version = in.i32();
        if (version < 2 || version > 3) {
            throw new GgufException("its GGUF version is " + Integer.toUnsignedString(version) + ", not 2 or 3");
        }
        int tensorCount = entries("tensors", 24);
        int valueCount = entries("values", 13);
        for (int i = 0; i < valueCount; i++) {
            value();
        }
        return new Gguf(version, values, tensors(tensorCount), in.size());
    }

    private int entries(String what, int each) throws GgufException, IOException {
        long count = in.count("the number of " + what, each);
        if (count < 1 || count > MOST_ENTRIES) {
            throw new GgufException(
                    "it is damaged: the number of " + what + " is " + count + ", not from 1 to " + MOST_ENTRIES);
        }
        return (int) count;
    }

    // ---- values

    private void value() throws GgufException, IOException {
        String key = name("the name of a value", LONGEST_NAME);
        ValueType type = ValueType.of(in.i32());
        Object value = type == ValueType.ARRAY ? array(key) : type == ValueType.TEXT ? text(key) : scalar(type);
        if (values.putIfAbsent(key, value) != null) {
            throw new GgufException("it is damaged: '" + key + "' stands there twice");
        }
    }

    private Object scalar(ValueType type) throws GgufException, IOException {
        return switch (type) {
            case U8 -> (long) in.u8();
            case I8 -> (long) (byte) in.u8();
            case U16 -> (long) in.u16();
            case I16 -> (long) (short) in.u16();
            case U32 -> Integer.toUnsignedLong(in.i32());
            case I32 -> (long) in.i32();
            case F32 -> (double) Float.intBitsToFloat(in.i32());
            case FLAG -> flag();
            case U64, I64 -> in.i64();
            case F64 -> Double.longBitsToDouble(in.i64());
            case TEXT, ARRAY -> throw new IllegalArgumentException(type + " is no scalar");
        };
    }

    private boolean flag() throws GgufException, IOException {
        int value = in.u8();
        if (value > 1) {
            throw new GgufException("it is damaged: a flag is " + value + ", not 0 or 1");
        }
        return value == 1;
    }

    /// @return the text, empty when it is longer than anything that is looked at
    private String text(String key) throws GgufException, IOException {
        long length = in.count("the length of '" + key + "'", 1);
        if (length > LONGEST_TEXT_KEPT) {
            in.skip(length);
            return "";
        }
        textKept += length;
        if (textKept > MOST_TEXT_KEPT) {
            throw new GgufException("it holds more than " + MOST_TEXT_KEPT + " bytes of text about itself");
        }
        return in.text((int) length);
    }

    private Gguf.Array array(String key) throws GgufException, IOException {
        ValueType type = ValueType.of(in.i32());
        if (type == ValueType.ARRAY) {
            throw new GgufException("it is damaged: '" + key + "' is a list of lists");
        }
        long count = in.count("the length of '" + key + "'", type.bytes());
        if (type == ValueType.TEXT) {
            for (long i = 0; i < count; i++) {
                in.skip(in.count("the length of a text in '" + key + "'", 1));
            }
        } else if (type.whole() && count <= MOST_NUMBERS_KEPT) {
            List<Long> numbers = new ArrayList<>((int) count);
            for (long i = 0; i < count; i++) {
                numbers.add((Long) scalar(type));
            }
            return new Gguf.Array(count, numbers);
        } else {
            in.skip(count * type.bytes());
        }
        return new Gguf.Array(count, List.of());
    }

    private String name(String what, int longest) throws GgufException, IOException {
        long length = in.count("the length of " + what, 1);
        if (length < 1 || length > longest) {
            throw new GgufException("it is damaged: " + what + " has " + length + " bytes, not 1 to " + longest);
        }
        return in.text((int) length);
    }

    // ---- tensors

    private record Placed(Gguf.Tensor tensor, long offset) {}

    private List<Gguf.Tensor> tensors(int count) throws GgufException, IOException {
        long alignment = alignment();
        List<Placed> placed = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            Placed next = tensor();
            if (!names.add(next.tensor().name())) {
                throw new GgufException("it is damaged: the tensor '" + next.tensor().name() + "' stands there twice");
            }
            placed.add(next);
        }
        check(placed, padded(in.position(), alignment), alignment);
        return placed.stream().map(Placed::tensor).toList();
    }

    private long alignment() throws GgufException {
        Object said = values.getOrDefault("general.alignment", (long) DEFAULT_ALIGNMENT);
        if (said instanceof Long alignment && alignment >= 8 && alignment <= 1 << 20 && Long.bitCount(alignment) == 1) {
            return alignment;
        }
        throw new GgufException("it is damaged: 'general.alignment' is no power of two from 8 to 1048576");
    }

    private Placed tensor() throws GgufException, IOException {
        String name = name("the name of a tensor", LONGEST_TENSOR_NAME);
        int dimensions = in.i32();
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw new GgufException("it is damaged: the tensor '" + name + "' has "
                    + Integer.toUnsignedString(dimensions) + " dimensions, not 1 to " + MOST_DIMENSIONS);
        }
        long[] lengths = new long[dimensions];
        for (int i = 0; i < dimensions; i++) {
            lengths[i] = in.i64();
        }
        int number = in.i32();
        TensorType type = TensorType.of(number);
        if (type == null) {
            throw new GgufException("the tensor '" + name + "' is of type " + Integer.toUnsignedString(number)
                    + ", which is not known here");
        }
        long elements = elements(name, lengths, type);
        return new Placed(new Gguf.Tensor(name, type, elements, elements / type.block() * type.bytes()), in.i64());
    }

    private long elements(String name, long[] lengths, TensorType type) throws GgufException {
        long most = in.size() / type.bytes() * type.block();
        long elements = 1;
        for (long length : lengths) {
            if (length < 1 || length > most / elements) {
                throw new GgufException("it is cut or damaged: the tensor '" + name + "' is larger than the file");
            }
            elements *= length;
        }
        if (lengths[0] % type.block() != 0) {
            throw new GgufException("it is damaged: the rows of the tensor '" + name + "' are " + lengths[0]
                    + " long, which is no multiple of " + type.block());
        }
        return elements;
    }

    private void check(List<Placed> placed, long start, long alignment) throws GgufException {
        long expected = 0;
        for (Placed each : placed) {
            Gguf.Tensor tensor = each.tensor();
            if (each.offset() != expected) {
                throw new GgufException("it is damaged: the tensor '" + tensor.name() + "' begins at "
                        + Long.toUnsignedString(each.offset()) + " of the data, not at " + expected);
            }
            if (start + expected + tensor.bytes() > in.size()) {
                throw new GgufException("it is cut: the tensor '" + tensor.name() + "' ends at byte "
                        + (start + expected + tensor.bytes()) + ", the file at byte " + in.size());
            }
            expected = padded(expected + tensor.bytes(), alignment);
        }
    }

    private static long padded(long bytes, long alignment) {
        return Math.ceilDiv(bytes, alignment) * alignment;
    }
}
