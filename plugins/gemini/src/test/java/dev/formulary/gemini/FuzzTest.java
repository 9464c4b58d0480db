package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.TestAttempt;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Answers that no vendor should give: whatever comes, the plug-in says what is there or why it can't, and does not hang.
/// `-Dformulary.fuzz=500000` runs longer, `-Dformulary.fuzz.seed=...` elsewhere.
class FuzzTest extends GeminiCase {
    private static final int INPUTS = Integer.getInteger("formulary.fuzz", 20_000);
    private static final long SEED = Long.getLong("formulary.fuzz.seed", 42);
    private static final List<String> ODD = List.of("{", "}", "[", "]", "\"", "\\", "\\u00", ":", ",", "\r", "\n",
            "\r\n\r\n", "data: ", "data:", "null", "true", "-1", "1e999999999", "99999999999999999999", "0.1e-400",
            "\u0000", "\ufeff", "\ud83d\ude00", "{}", "[]", "\"STOP\"", "\"functionCall\":{}", "\"thought\":true,",
            "\"error\":{},", "\"error\":null,", "\"thoughtSignature\":\"x\",", "[".repeat(2000), "{\"a\":".repeat(2000),
            "data: [DONE]\n\n", "<html>", "9".repeat(1100), "\"parts\":", "\"candidates\":", "\"text\":", "\"args\":");

    private final Random random = new Random(SEED);
    private final List<Recording> recordings = Recording.all();
    private final List<Recording.Form> forms = List.of(Recording.Form.values());
    private final Bent bent = new Bent(random);

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whateverComesIsAnAnswerOrATypedError() {
        int answers = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = input();
            try {
                answers += ask(input) ? 1 : 0;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("input " + i + " of seed " + SEED + ": " + shown(input), e);
            }
        }
        assertThat(answers).as("inputs that are still answers").isBetween(INPUTS / 10, INPUTS * 9 / 10);
    }

    private byte[] input() {
        Recording recording = recordings.get(random.nextInt(recordings.size()));
        Recording.Form form = forms.get(random.nextInt(forms.size()));
        return random.nextBoolean()
                ? form.body(bent.of(recording)).getBytes(StandardCharsets.UTF_8)
                : mutated(recording.in(form));
    }

    /// @return whether it was understood
    private boolean ask(byte[] input) {
        int status = random.nextInt(10) == 0 ? 400 + random.nextInt(110) : 200;
        int[] cuts = random.ints(random.nextInt(6), 0, input.length + 1).sorted().toArray();
        Provider provider = provider(new Tape(status, input, cuts));
        return switch (random.nextInt(20)) {
            case 0 -> understood(provider::models);
            case 1 -> understood(() -> provider.embed(new Embeddings.Request(EMBEDDING_MODEL, List.of("a"), null),
                    TestAttempt.patient()));
            case 2, 3, 4 -> proper(provider, Ask.hi().whole());
            default -> proper(provider, Ask.hi().parallel(random.nextBoolean()).streamed());
        };
    }

    private interface Question {
        Object ask() throws ProviderException, InterruptedException;
    }

    private static boolean understood(Question question) {
        try {
            return question.ask() != null;
        } catch (ProviderException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean proper(Provider provider, ChatRequest request) {
        List<String> said = Said.by(() -> provider.chat(request, TestAttempt.patient()));
        String last = said.getLast();
        List<String> ends = said.stream().filter(line -> line.startsWith("finish ")).toList();
        if (last.startsWith("fails ")) {
            assertThat(ends).isEmpty();
            assertThat(last).hasSizeLessThan(500).doesNotContain(KEY);
            return false;
        }
        int end = said.indexOf(ends.getFirst());
        assertThat(ends).hasSize(1);
        assertThat(said.subList(end + 1, said.size())).allMatch(line -> line.startsWith("usage "));
        return true;
    }

    private byte[] mutated(byte[] seed) {
        byte[] bytes = seed;
        for (int n = random.nextInt(4); n >= 0; n--) {
            int at = random.nextInt(bytes.length + 1);
            int to = Math.min(bytes.length, at + random.nextInt(40));
            bytes = switch (random.nextInt(7)) {
                case 0 -> spliced(bytes, at, to, new byte[0]);
                case 1 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                case 2 -> spliced(bytes, at, bytes.length, new byte[0]);
                case 3 -> spliced(bytes, at, Math.min(bytes.length, at + 1), new byte[]{(byte) random.nextInt(256)});
                case 4 -> spliced(bytes, at, to, odd());
                default -> spliced(bytes, at, at, odd());
            };
        }
        return bytes;
    }

    private byte[] odd() {
        return ODD.get(random.nextInt(ODD.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] with) {
        var out = new ByteArrayOutputStream(bytes.length + with.length);
        out.write(bytes, 0, from);
        out.writeBytes(with);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    private static String shown(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        return text.length() > 4000 ? text.substring(0, 4000) + "..." : text;
    }
}
