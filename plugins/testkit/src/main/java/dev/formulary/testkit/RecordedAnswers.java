package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// Tests on recorded answers: each is understood, however the network tears it, and one that something has damaged is understood
/// or refused, and nothing else. Extend it and say how the bytes are read. By hand: `-Dformulary.fuzz=500000` for more of them,
/// `-Dformulary.fuzz.seed=1` for others.
public abstract class RecordedAnswers {
    private static final int ROUNDS = Integer.getInteger("formulary.fuzz", 20_000);
    private static final long SEED = Long.getLong("formulary.fuzz.seed", 7);

    private final List<Recording> recordings;
    private final byte[] salt;

    /// @param folder of the recordings
    /// @param salt characters and words of the format that are strewn into answers to damage them
    protected RecordedAnswers(Path folder, String salt) throws IOException {
        this.recordings = Recording.all(folder);
        this.salt = salt.getBytes(StandardCharsets.UTF_8);
        assertThat(recordings).as("the recordings of '%s'", folder).isNotEmpty();
    }

    /// Begins to read an answer.
    ///
    /// @param pieces of the body; a whole answer is one
    /// @throws ProviderException when it is none
    protected abstract ReplyStream open(boolean stream, byte[]... pieces) throws ProviderException;

    private List<String> read(boolean stream, byte[]... pieces) throws InterruptedException {
        return Heard.of(() -> open(stream, pieces)).lines();
    }

    @TestFactory
    Stream<DynamicTest> saysWhatItSays() {
        return recordings.stream().map(recording -> DynamicTest.dynamicTest(recording.name(),
                () -> assertThat(read(recording.isStream(), recording.body())).isEqualTo(recording.says())));
    }

    @TestFactory
    Stream<DynamicTest> saysTheSameHoweverItIsTorn() {
        return recordings.stream().filter(Recording::isStream)
                .map(recording -> DynamicTest.dynamicTest(recording.name(), () -> tear(recording)));
    }

    private void tear(Recording recording) throws InterruptedException {
        for (int at = 0; at <= recording.body().length; at++) {
            assertThat(read(true, recording.splitAt(at))).as("torn at byte %d", at).isEqualTo(recording.says());
        }
        assertThat(read(true, recording.single())).as("byte by byte").isEqualTo(recording.says());
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void damagedAnswersAreUnderstoodOrRefused() throws InterruptedException {
        var random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            Recording recording = recordings.get(random.nextInt(recordings.size()));
            byte[] damaged = damage(recording.body(), random);
            int cut = damaged.length == 0 ? 0 : random.nextInt(damaged.length);
            byte[][] pieces = recording.isStream()
                    ? new byte[][]{Arrays.copyOf(damaged, cut), Arrays.copyOfRange(damaged, cut, damaged.length)}
                    : new byte[][]{damaged};
            List<String> said = readDamaged(round, recording, pieces);
            long ends = said.stream().filter(event -> event.startsWith("Finish[") || event.startsWith("!")).count();
            boolean failedAfterTheEnd = ends == 2 && said.getLast().startsWith("!");
            if (ends != 1 && !failedAfterTheEnd) {
                fail("%s: %s", place(round, recording), said);
            }
        }
    }

    private List<String> readDamaged(int round, Recording recording, byte[]... pieces) throws InterruptedException {
        try {
            return read(recording.isStream(), pieces);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(place(round, recording), e);
        }
    }

    private static String place(int round, Recording recording) {
        return "input " + round + " of seed " + SEED + ", " + recording.name();
    }

    private byte[] damage(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int wounds = 1 + random.nextInt(4);
        for (int i = 0; i < wounds && bytes.length > 2; i++) {
            int at = random.nextInt(bytes.length);
            int to = at + Math.min(random.nextInt(12), bytes.length - at);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = salt[random.nextInt(salt.length)];
                case 2 -> bytes = joined(bytes, at, to);
                case 3 -> bytes = joined(bytes, to, at);
                default -> bytes = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, at) : bytes;
            }
        }
        return bytes;
    }

    /// The bytes until one place and those from another, which may lie before it.
    private static byte[] joined(byte[] bytes, int until, int from) {
        var all = new ByteArrayOutputStream(bytes.length + until - from);
        all.write(bytes, 0, until);
        all.write(bytes, from, bytes.length - from);
        return all.toByteArray();
    }
}
