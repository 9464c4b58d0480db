package dev.formulary.local.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.local.GgufBytes;
import dev.formulary.local.Reciter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufReaderTest {
    private static final int DAMAGED = Integer.getInteger("formulary.fuzz", 600);
    @TempDir
    Path folder;

    private Gguf read(byte[] bytes) throws GgufException, IOException {
        return GgufReader.read(Files.write(folder.resolve("file"), bytes));
    }

    private static GgufBytes small() {
        return new GgufBytes().value("general.architecture", "llama").value("flag", true).value("number", 7)
                .value("large", 1L << 40).value("fraction", 0.5f).value("words", List.of("a", "bc", ""))
                .value("numbers", List.of(1, 2, -3)).value("fractions", List.of(1f, 2f))
                .tensor("first", new float[40], 8, 5).tensor("second", new float[3], 3);
    }

    @Test
    void readsWhatTheFileSaysOfItself() throws Exception {
        Gguf gguf = read(small().bytes());

        assertThat(gguf.version()).isEqualTo(3);
        assertThat(gguf.text("general.architecture")).isEqualTo("llama");
        assertThat(gguf.text("number")).isNull();
        assertThat(gguf.number("number", 0)).isEqualTo(7);
        assertThat(gguf.number("large", 0)).isEqualTo(1L << 40);
        assertThat(gguf.number("missing", 5)).isEqualTo(5);
        assertThat(gguf.number("numbers", 0)).as("the largest").isEqualTo(2);
        assertThat(gguf.numberOf("numbers", 2, 0)).isEqualTo(-3);
        assertThat(gguf.numberOf("numbers", 9, 0)).isEqualTo(-3);
        assertThat(gguf.numberOf("number", 9, 0)).isEqualTo(7);
        assertThat(gguf.count("words")).isEqualTo(3);
        assertThat(gguf.count("number")).isZero();
        assertThat(gguf.values()).containsEntry("flag", true).containsEntry("fraction", 0.5)
                .containsEntry("fractions", new Gguf.Array(2, List.of()));
        assertThat(gguf.tensors()).containsExactly(new Gguf.Tensor("first", TensorType.F32, 40, 160),
                new Gguf.Tensor("second", TensorType.F32, 3, 12));
        assertThat(gguf.parameters()).isEqualTo(43);
        assertThat(gguf.tensorBytes()).isEqualTo(172);
        assertThat(gguf.fileBytes()).isEqualTo(small().bytes().length);
    }

    @Test
    void refusesAFileThatIsCutAnywhere() throws Exception {
        byte[] whole = small().bytes();
        int needed = whole.length - 20;
        for (int length = 0; length < needed; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).as("%d bytes", length).isInstanceOf(GgufException.class)
                    .message().matches("it is (no GGUF file|cut.*|damaged.*)");
        }
        assertThat(read(Arrays.copyOf(whole, needed)).tensors()).as("without the padding at the end").hasSize(2);
    }

    @Test
    void staysCalmWhateverIsChanged() throws Exception {
        GgufBytes model = Reciter.sentence();
        byte[] whole = model.bytes();
        int head = model.headBytes();
        int refused = 0;
        for (int seed = 0; seed < DAMAGED; seed++) {
            Random random = new Random(seed);
            byte[] changed = Arrays.copyOf(whole, whole.length);
            for (int i = 0; i <= random.nextInt(3); i++) {
                changed[random.nextInt(head)] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
            }
            try {
                read(changed);
            } catch (GgufException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(DAMAGED / 8);
    }

    @Test
    void saysWhatIsWrong() {
        refused(b -> b.putInt(0, 7), "it is no GGUF file");
        refused(b -> b.putInt(4, 9), "its GGUF version is 9, not 2 or 3");
        refused(b -> b.putLong(8, 0), "it is damaged: the number of tensors is 0, not from 1 to 65536");
        refused(b -> b.putLong(8, -1),
                "it is cut or damaged: the number of tensors is said to be 18446744073709551615, "
                        + "more than the rest of the file can hold");
        refused(b -> b.putLong(16, 1000), "it is cut or damaged: the number of values is said to be 1000, "
                + "more than the rest of the file can hold");
        refused(b -> b.putLong(24, 0), "it is damaged: the name of a value has 0 bytes, not 1 to 256");
        int type = 24 + 8 + "general.architecture".length();
        refused(b -> b.putInt(type, 99), "it is damaged: there is no type of value 99");
        refused(b -> b.putInt(find(b, "flag") + 4, 13), "it is damaged: there is no type of value 13");
        refused(b -> b.put(find(b, "flag") + 8, (byte) 2), "it is damaged: a flag is 2, not 0 or 1");
        refused(b -> b.putInt(find(b, "words") + 5 + 4, 9), "it is damaged: 'words' is a list of lists");
        refused(b -> b.putInt(find(b, "first") + 5, 5),
                "it is damaged: the tensor 'first' has 5 dimensions, not 1 to 4");
        refused(b -> b.putLong(find(b, "first") + 9, 0),
                "it is cut or damaged: the tensor 'first' is larger than the file");
        refused(b -> b.putLong(find(b, "first") + 9, Long.MAX_VALUE),
                "it is cut or damaged: the tensor 'first' is larger than the file");
        refused(b -> b.putInt(find(b, "first") + 25, 4), "the tensor 'first' is of type 4, which is not known here");
        refused(b -> b.putInt(find(b, "first") + 25, 8),
                "it is damaged: the rows of the tensor 'first' are 8 long, which is no multiple of 32");
        refused(b -> b.putLong(find(b, "first") + 29, 32),
                "it is damaged: the tensor 'first' begins at 32 of the data, not at 0");
    }

    private interface Change {
        void on(ByteBuffer bytes);
    }

    private void refused(Change change, String message) {
        byte[] bytes = small().bytes();
        change.on(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(GgufException.class).hasMessage(message);
    }

    private static int find(ByteBuffer bytes, String word) {
        byte[] wanted = word.getBytes(StandardCharsets.US_ASCII);
        for (int i = 8; i < bytes.limit() - wanted.length; i++) {
            if (bytes.getLong(i - 8) == wanted.length
                    && bytes.slice(i, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return i;
            }
        }
        throw new AssertionError("no " + word);
    }

    @Test
    void refusesNamesThatStandThereTwice() {
        assertThatThrownBy(() -> read(new GgufBytes().value("a", 1).tensor("t", new float[1], 1)
                .tensor("t", new float[1], 1).bytes())).hasMessage("it is damaged: the tensor 't' stands there twice");
        byte[] twice = new GgufBytes().value("a1", 1).value("a2", 1).tensor("t", new float[1], 1).bytes();
        ByteBuffer bytes = ByteBuffer.wrap(twice).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(find(bytes, "a2") + 1, (byte) '1');
        assertThatThrownBy(() -> read(twice)).hasMessage("it is damaged: 'a1' stands there twice");
    }

    @Test
    void keepsNoMoreThanItNeeds() throws Exception {
        Gguf gguf = read(new GgufBytes().value("long", "x".repeat(1 << 19)).value("many",
                Collections.nCopies(5000, 1)).value("general.alignment", 32).tensor("t", new float[1], 1).bytes());
        assertThat(gguf.text("long")).isEmpty();
        assertThat(gguf.values()).containsEntry("many", new Gguf.Array(5000, List.of()));

        var texts = new GgufBytes().tensor("t", new float[1], 1);
        for (int i = 0; i < 20; i++) {
            texts.value("text" + i, "x".repeat(250_000));
        }
        assertThatThrownBy(() -> read(texts.bytes())).hasMessage(
                "it holds more than 4194304 bytes of text about itself");
    }

    @Test
    void refusesAnAlignmentThatIsNone() {
        for (Object alignment : List.of(0, 33, 1 << 21, "32")) {
            assertThatThrownBy(() -> read(
                    new GgufBytes().value("general.alignment", alignment).tensor("t", new float[1], 1).bytes()))
                    .hasMessage("it is damaged: 'general.alignment' is no power of two from 8 to 1048576");
        }
    }
}
