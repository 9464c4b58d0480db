package dev.formulary.local.gguf;

/// What a value in the head of a file may be, in the order of their numbers in the format.
enum ValueType {
    U8(1), I8(1), U16(2), I16(2), U32(4), I32(4), F32(4), FLAG(1), TEXT(8), ARRAY(12), U64(8), I64(8), F64(8);

    private static final ValueType[] ALL = values();

    private final int bytes;

    ValueType(int bytes) {
        this.bytes = bytes;
    }

    static ValueType of(int number) throws GgufException {
        if (number < 0 || number >= ALL.length) {
            throw new GgufException(
                    "it is damaged: there is no type of value " + Integer.toUnsignedString(number));
        }
        return ALL[number];
    }

    /// The fewest bytes that a value takes.
    int bytes() {
        return bytes;
    }

    boolean whole() {
        return switch (this) {
            case U8, I8, U16, I16, U32, I32, U64, I64 -> true;
            case F32, F64, FLAG, TEXT, ARRAY -> false;
        };
    }
}
