package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.TornResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Damaged answers end in an error that has a category, or in an answer; never in anything else, and always.
///
/// `-Dformulary.fuzz=500000` sets how many are tried, `-Dformulary.fuzz.seed=1` where they begin.
class FuzzTest {
    private static final int INPUTS = Integer.getInteger("formulary.fuzz", 20_000);
    private static final long SEED = Long.getLong("formulary.fuzz.seed", 20261130);
    private static final List<String> WORDS = List.of("{", "}", "[", "]", "\"", ":", ",", "\n\n", "\r", "data: ",
            "event: error\n", "null", "-1", "1e999999999", "99999999999999999999", "\\u0000", "\\ud800", "true",
            "\"type\":", "\"index\":", "tool_use", "thinking", "redacted_thinking", "signature_delta", "message_stop",
            "content_block_start", "input_json_delta", "[".repeat(2000));

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void damagedAnswersEndProperly() {
        List<byte[]> streams = Recorded.STREAMS.stream().map(Recorded::stream).toList();
        List<byte[]> wholes = Recorded.WHOLES.stream().map(Recorded::whole).toList();
        int answers = 0;
        for (int i = 0; i < INPUTS; i++) {
            var random = new SplittableRandom(SEED + i);
            boolean whole = random.nextInt(4) == 0;
            byte[] body = damaged(random, whole ? wholes : streams);
            answers += endsProperly(random, whole, body, SEED + i) ? 1 : 0;
        }
        assertThat(answers).as("answers that survived").isBetween(INPUTS / 50, INPUTS - INPUTS / 50);
    }

    private static boolean endsProperly(SplittableRandom random, boolean whole, byte[] body, long seed) {
        boolean natively = random.nextBoolean();
        Asked asked = natively ? Recorded.asked(true) : Recorded.asked(random.nextBoolean() ? "answer" : "hello");
        int events = 0;
        try {
            ReplyStream stream = whole
                    ? MessageAnswer.of(body, asked, natively, Recorded.memory(), Recorded.errors())
                    : new MessageFrames(new TornResponse(pieces(random, body)), new byte[0],
                            asked, Recorded.memory(), Recorded.errors());
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                events++;
                assertThat(events).as("events, seed " + seed).isLessThan(body.length + 10);
            }
            return true;
        } catch (ProviderException e) {
            assertThat(e.category()).as("seed " + seed).isNotNull();
            return false;
        } catch (InterruptedException | RuntimeException | Error e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static byte[] damaged(SplittableRandom random, List<byte[]> bodies) {
        byte[] body = bodies.get(random.nextInt(bodies.size())).clone();
        for (int times = random.nextInt(4); times >= 0; times--) {
            body = damaged(random, body, bodies);
        }
        return body;
    }

    private static byte[] damaged(SplittableRandom random, byte[] body, List<byte[]> bodies) {
        int from = random.nextInt(body.length + 1);
        int to = Math.min(body.length, from + random.nextInt(1 + random.nextInt(200)));
        byte[] other = bodies.get(random.nextInt(bodies.size()));
        int otherFrom = random.nextInt(other.length);
        return switch (random.nextInt(8)) {
            case 0 -> flipped(random, body);
            case 1 -> joined(Arrays.copyOf(body, from), Arrays.copyOfRange(body, to, body.length));
            case 2 -> joined(Arrays.copyOf(body, to), Arrays.copyOfRange(body, from, body.length));
            case 3 -> Arrays.copyOf(body, from);
            case 4 -> joined(Arrays.copyOf(body, from), Arrays.copyOfRange(other, otherFrom, other.length));
            default -> joined(joined(Arrays.copyOf(body, from),
                    WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8)),
                    Arrays.copyOfRange(body, random.nextBoolean() ? from : to, body.length));
        };
    }

    private static byte[] flipped(SplittableRandom random, byte[] body) {
        byte[] flipped = body.clone();
        for (int i = 0; i < 3 && body.length > 0; i++) {
            flipped[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var all = new ByteArrayOutputStream(first.length + second.length);
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }

    private static byte[][] pieces(SplittableRandom random, byte[] body) {
        var pieces = new ArrayList<byte[]>();
        int at = 0;
        while (at < body.length) {
            int end = Math.min(body.length, at + 1 + random.nextInt(400));
            pieces.add(Arrays.copyOfRange(body, at, end));
            at = end;
        }
        return pieces.toArray(byte[][]::new);
    }
}
