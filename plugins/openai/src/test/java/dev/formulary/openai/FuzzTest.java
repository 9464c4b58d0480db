package dev.formulary.openai;

import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Answers that something has damaged are understood or refused, and nothing else. By hand: `-Dfuzz.rounds=500000`.
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 20_000);
    private static final byte[] SALT = "{}[]\",:\\\n\r\0\uFFFD0123-eE.ntf data:event:".getBytes(
            StandardCharsets.UTF_8);

    @Test
    void damagedAnswersAreUnderstoodOrRefused() throws Exception {
        List<Recording> recordings = Recording.all();
        var random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            Recording recording = recordings.get(random.nextInt(recordings.size()));
            byte[] damaged = damage(recording.body(), random);
            int cut = damaged.length == 0 ? 0 : random.nextInt(damaged.length);
            List<String> said = recording.isStream()
                    ? Recording.read(true, Arrays.copyOf(damaged, cut),
                            Arrays.copyOfRange(damaged, cut, damaged.length))
                    : Recording.read(false, damaged);
            long ends = said.stream().filter(event -> event.startsWith("Finish[") || event.startsWith("!")).count();
            boolean failedAfterTheEnd = said.getLast().startsWith("!") && ends == 2;
            if (ends != 1 && !failedAfterTheEnd) {
                fail("round %d of %s: %s", round, recording, said);
            }
        }
    }

    private static byte[] damage(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int wounds = 1 + random.nextInt(4);
        for (int i = 0; i < wounds && bytes.length > 2; i++) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(random.nextInt(12), bytes.length - at);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = SALT[random.nextInt(SALT.length)];
                case 2 ->
                    bytes = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
                case 3 ->
                    bytes = joined(Arrays.copyOf(bytes, at + length), Arrays.copyOfRange(bytes, at, bytes.length));
                default -> bytes = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, at) : bytes;
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }
}
