package dev.formulary.local.gguf;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the numbers of a tensor are stored: the forms that today's runtimes read, with their numbers in the format. Forms that
/// the format has withdrawn are not here.
public enum TensorType {
    F32(0, 1, 4), F16(1, 1, 2), Q4_0(2, 32, 18), Q4_1(3, 32, 20), Q5_0(6, 32, 22), Q5_1(7, 32, 24), Q8_0(8, 32,
            34), Q2_K(10, 256, 84), Q3_K(11, 256, 110), Q4_K(12, 256, 144), Q5_K(13, 256, 176), Q6_K(14, 256,
                    210), IQ2_XXS(16, 256, 66), IQ2_XS(17, 256, 74), IQ3_XXS(18, 256, 98), IQ1_S(19, 256, 50), IQ4_NL(
                            20, 32,
                            18), IQ3_S(21, 256, 110), IQ2_S(22, 256, 82), IQ4_XS(23, 256, 136), I8(24, 1, 1), I16(25, 1,
                                    2), I32(26, 1, 4), I64(27, 1, 8), F64(28, 1, 8), IQ1_M(29, 256, 56), BF16(30, 1,
                                            2), TQ1_0(34, 256, 54), TQ2_0(35, 256, 66), MXFP4(39, 32, 17);

    private static final Map<Integer, TensorType> BY_NUMBER = new HashMap<>();

    static {
        for (TensorType type : values()) {
            BY_NUMBER.put(type.number, type);
        }
    }

    private final int number;
    private final int block;
    private final int bytes;

    TensorType(int number, int block, int bytes) {
        this.number = number;
        this.block = block;
        this.bytes = bytes;
    }

    /// @return null when there is no such form
    static @Nullable TensorType of(int number) {
        return BY_NUMBER.get(number);
    }

    /// The form's number in the format.
    public int number() {
        return number;
    }

    /// How many numbers are stored together.
    public int block() {
        return block;
    }

    /// What such a block takes.
    public int bytes() {
        return bytes;
    }
}
