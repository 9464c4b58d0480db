package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TextMemoryTest {
    private static final List<String> WORDS = List.of("I", "want", "to", "die", "not", "the", "and", "please", "?",
            "1.",
            "\n- ", "{", "}", "4111 1111 1111 1111", "jane@example.org", "el", "que", "muy", "+49 30 901820", "born",
            "12/03/1980", "é", "日本", ".", "hopeless", "\"", "for", "my", "story");
    private static final List<Role> ROLES = List.of(Role.values());

    private final AtomicLong now = new AtomicLong();
    private final TextMemory memory = new TextMemory(EstimatedTokens.ALL, now::get);

    private static String words(Random random, int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
        }
        return text.toString();
    }

    private static Message message(Random random, List<String> texts) {
        List<Part> parts = new ArrayList<>();
        int count = 1 + random.nextInt(8) / 6;
        for (int i = 0; i < count; i++) {
            parts.add(random.nextInt(10) == 0
                    ? new ChatRequest.Image("", "http://x", true)
                    : new Text(texts.get(random.nextInt(texts.size()))));
        }
        return new Message(ROLES.get(random.nextInt(ROLES.size())), parts, List.of(), null, null);
    }

    private static ChatRequest request(List<Message> messages) {
        return new ChatRequest("auto", messages, List.of(), null, ChatRequest.Sampling.DEFAULT,
                new ChatRequest.Format.Free(), false, false, Map.of(), null);
    }

    /// In which "want to die" has that level.
    private static Lexicon lexicon(String level) {
        Map<String, String> files = new HashMap<>(LexiconTest.SMALL);
        files.put("signs.csv", """
            id,language,type,level,pattern,note
            die,en,suicidal_ideation,%s,want to? die,
            sad,en,severe_depression,low,hopeless,
            """.formatted(level));
        return LexiconTest.lexicon(files);
    }

    private static CrisisScreen screen(Lexicon lexicon) {
        var screen = new CrisisScreen(true);
        screen.use(lexicon);
        return screen;
    }

    @Test
    void aRememberedTextIsAssessedLikeANewOne() throws Exception {
        var random = new Random(42);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            texts.add(words(random, 1 + random.nextInt(i % 10 == 0 ? 6_000 : 120)));
        }
        Lexicon lexicon = lexicon("high");
        var remembering = new Assessor(false, screen(lexicon));
        int dangerous = 0;
        for (int round = 0; round < 300; round++) {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(6); i++) {
                messages.add(message(random, texts));
            }
            ChatRequest request = request(messages);

            Context known = remembering.assess(null, Map.of(), request);
            Context fresh = new Assessor(false, screen(lexicon)).assess(null, Map.of(), request);

            assertThat(known).as("round %s", round).isEqualTo(fresh);
            dangerous += known.screening().atLeast(CrisisLevel.LOW) ? 1 : 0;
        }
        assertThat(dangerous).as("texts with signs and without").isBetween(30, 270);
    }

    @Test
    void aTextIsReadOnce() {
        KnownText first = memory.of("I want to die");

        assertThat(memory.of(new String("I want to die"))).isSameAs(first);
        assertThat(memory.of("I want to live")).isNotSameAs(first);
    }

    @Test
    void anotherLexiconReadsAKnownTextAnew() throws Exception {
        var screen = new CrisisScreen(true);
        var assessor = new Assessor(false, screen);
        ChatRequest request = request(List.of(Message.text(Role.USER, "I want to die")));
        List<CrisisLevel> levels = new ArrayList<>();

        for (String level : List.of("high", "moderate", "high")) {
            screen.use(lexicon(level));
            levels.add(assessor.assess(null, Map.of(), request).screening().level());
        }

        assertThat(levels).containsExactly(CrisisLevel.HIGH, CrisisLevel.MODERATE, CrisisLevel.HIGH);
    }

    @Test
    void whatIsNotAskedForIsForgottenAfterFiveMinutes() {
        memory.of("once");
        memory.of("again and again");

        for (int half = 0; half < 2; half++) {
            now.addAndGet(TextMemory.LONGEST.toNanos() / 2);
            memory.tick();
            memory.of("again and again");
        }

        assertThat(memory.peek("once")).isNull();
        assertThat(memory.peek("again and again")).isNotNull();
        now.addAndGet(TextMemory.LONGEST.dividedBy(2).minus(Duration.ofSeconds(1)).toNanos());
        memory.tick();
        assertThat(memory.peek("again and again")).isNotNull();
    }

    @Test
    void neverHoldsMoreThanItMay() {
        var random = new Random(7);
        int longest = 0;
        for (int i = 0; i < 3_000; i++) {
            memory.of("x".repeat(random.nextInt(i % 50 == 0 ? 300_000 : 2_000)) + i);
            longest = Math.max(longest, memory.characters());
        }

        assertThat(longest).isBetween(TextMemory.MOST / 2, TextMemory.MOST);
    }
}
