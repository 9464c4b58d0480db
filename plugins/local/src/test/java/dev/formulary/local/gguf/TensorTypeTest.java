package dev.formulary.local.gguf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.local.RealLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.Test;

class TensorTypeTest {

    @Test
    @SuppressWarnings("restricted") // asks the library
    void blocksAreAsLargeAsInTheLibrary() throws Throwable {
        var base = SymbolLookup.libraryLookup(RealLibrary.files().base(), Arena.global());
        var linker = Linker.nativeLinker();
        var bytes = linker.downcallHandle(base.findOrThrow("ggml_type_size"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
        var block = linker.downcallHandle(base.findOrThrow("ggml_blck_size"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
        for (TensorType type : TensorType.values()) {
            assertThat((long) bytes.invoke(type.number())).as("bytes of %s", type).isEqualTo(type.bytes());
            assertThat((long) block.invoke(type.number())).as("block of %s", type).isEqualTo(type.block());
        }
    }

    @Test
    void formsThatAreWithdrawnAreNotKnown() {
        assertThat(TensorType.of(4)).isNull();
        assertThat(TensorType.of(31)).isNull();
        assertThat(TensorType.of(-1)).isNull();
        assertThat(TensorType.of(12)).isEqualTo(TensorType.Q4_K);
    }
}
