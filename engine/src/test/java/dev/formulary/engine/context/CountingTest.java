package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.formulary.engine.config.Settings;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Sampling;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountingTest {
    private static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private static final String SENTENCE = "The blue lamp stands beside the window of the living room. ";
    private static final int MOST = CountedTokens.MOST;

    private final Counting count = Counting.by(Settings.Tokens.COUNT);

    private static int prompt(Settings.Tokens how, List<String> texts) throws InvalidFactException {
        List<Message> messages = texts.stream().map(text -> Message.text(ChatRequest.Role.USER, text)).toList();
        var request = new ChatRequest("m", messages, List.of(), null, Sampling.DEFAULT, new ChatRequest.Format.Free(),
                false, false, Map.of(), null);
        return new Assessor(false, new CrisisScreen(false), Counting.by(how), List::of, (_, _) -> {})
                .assess(null, Map.of(), request).promptTokens();
    }

    @ParameterizedTest
    @EnumSource
    void aPromptIsWhatItsTextsAndMessagesTake(Settings.Tokens how) throws InvalidFactException {
        List<String> texts = List.of("What colour is the lamp?", "最近我睡得不好", SENTENCE.repeat(100));
        long each = texts.stream()
                .mapToLong(text -> how == Settings.Tokens.COUNT ? O200K.countTokensOrdinary(text) : Tokens.in(text))
                .sum();

        assertThat(prompt(how, texts)).isEqualTo((int) each + texts.size() * Tokens.A_MESSAGE);
    }

    @Test
    void whatLooksLikeASpecialTokenIsText() {
        assertThat(count.in("<|endoftext|>")).isGreaterThan(1);
        assertThat(count.in("")).isZero();
    }

    @Test
    void aTextIsCountedAsFarAsTheBoundAndTheRestIsTakenToBeAlike() {
        String atBound = SENTENCE.repeat(MOST / SENTENCE.length() + 1).substring(0, MOST);
        long counted = O200K.countTokensOrdinary(atBound);

        assertThat(count.in(atBound)).isEqualTo(counted);
        assertThat(count.in(atBound + "x".repeat(MOST / 2))).isEqualTo(counted + Math.ceilDiv(counted, 2));
        // however long it is
        assertThat(count.in(atBound + "x".repeat(50 * MOST))).isEqualTo(51 * counted);
    }

    @Test
    void theBoundDoesNotLieWithinACharacter() {
        String faces = "a" + "😂".repeat(MOST / 2);
        long whole = O200K.countTokensOrdinary(faces.substring(0, MOST - 1));

        assertThat(count.in(faces)).isEqualTo(whole + Math.ceilDiv(whole * 2, MOST - 1));
    }

    @Test
    void manyTextsAreCountedNoFurtherThanOne() throws InvalidFactException {
        var texts = new ArrayList<String>();
        String part = SENTENCE.repeat(MOST / SENTENCE.length() / 4 + 1);
        IntStream.range(0, 4).forEach(_ -> texts.add(part));
        int counted = prompt(Settings.Tokens.COUNT, texts) - 4 * Tokens.A_MESSAGE;
        assertThat(counted).isEqualTo(4 * O200K.countTokensOrdinary(part));

        // counted, these would be one token a character
        texts.add("漢".repeat(4 * part.length()));
        assertThat(prompt(Settings.Tokens.COUNT, texts) - 5 * Tokens.A_MESSAGE).isEqualTo(2 * counted);
        assertThat(prompt(Settings.Tokens.ESTIMATE, texts)).isGreaterThan(2 * counted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", " ", "\n", "!", "漢", "😂", "é", "1", "\uD83D", "aA", "\u0000"})
    void contrivedTextsAreCountedToo(String sign) {
        String text = sign.repeat(MOST / 10);
        assertThat(count.in(text)).isEqualTo(O200K.countTokensOrdinary(text));
    }

    @Test
    void theLibraryIsNotTouchedWhereTokensAreEstimated() throws Exception {
        var without = new WithoutTheTokenizer();
        assertThat(without.tokens("ESTIMATE")).isEqualTo(Tokens.in(SENTENCE));
        assertThat(without.asked).isEmpty();

        assertThatThrownBy(() -> without.tokens("COUNT")).isInstanceOf(InvocationTargetException.class)
                .hasRootCauseInstanceOf(ClassNotFoundException.class);
        assertThat(without.asked).isNotEmpty().allMatch(name -> name.startsWith("com.knuddels.jtokkit."));
    }

    /// Loads this room anew, as if the library were not there.
    private static final class WithoutTheTokenizer extends ClassLoader {
        private static final String ROOM = Counting.class.getPackageName() + ".";
        final List<String> asked = new ArrayList<>();

        WithoutTheTokenizer() {
            super(CountingTest.class.getClassLoader());
        }

        long tokens(String how) throws ReflectiveOperationException {
            Class<?> counting = Class.forName(ROOM + "Counting", true, this);
            Object found = counting.getMethod("by", Settings.Tokens.class).invoke(null, Settings.Tokens.valueOf(how));
            return (long) counting.getMethod("ofMessage", String.class).invoke(found, SENTENCE) - Tokens.A_MESSAGE;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.knuddels.")) {
                asked.add(name);
                throw new ClassNotFoundException(name);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null || !name.startsWith(ROOM)) {
                return known != null ? known : super.loadClass(name, resolve);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
