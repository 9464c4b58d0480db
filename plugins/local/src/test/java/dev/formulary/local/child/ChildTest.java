package dev.formulary.local.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.local.GgufBytes;
import dev.formulary.local.RealLibrary;
import dev.formulary.local.Reciter;
import dev.formulary.local.child.Request.Manner;
import dev.formulary.local.child.Request.Turn;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the process does, with the real library and within the test's own process, on files that are whole.
@Timeout(60)
class ChildTest {
    private static NativeLibrary library;

    @TempDir
    static Path folder;

    private Frames.Writer ask;
    private PipedOutputStream pipe;
    private Frames.Reader reports;
    private Thread session;
    private int calls;

    @BeforeAll
    static void loadLibrary() {
        library = new NativeLibrary(RealLibrary.files());
        Reciter.write(folder, "sentence", Reciter.sentence());
        Reciter.write(folder, "endless", Reciter.endless());
    }

    @BeforeEach
    void start() throws IOException {
        pipe = new PipedOutputStream();
        var back = new PipedOutputStream();
        reports = new Frames.Reader(new PipedInputStream(back, 1 << 20));
        ask = new Frames.Writer(pipe);
        var out = new Frames.Writer(back);
        var in = new Frames.Reader(new PipedInputStream(pipe, 1 << 20));
        session = Thread.ofPlatform().start(() -> {
            try {
                new Session(in, out, new Engine(library, out)).serve();
            } catch (IOException e) {
                // what a test does to end it
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        pipe.close();
        session.join();
    }

    private static Manner greedy(int most, String... stop) {
        return new Manner(most, 0, 40, 0.95f, 0.05f, 1, 0, 0, 7, false, List.of(stop));
    }

    private Report.Loaded load(String name, int context) throws IOException {
        ask.write(new Request.Load(++calls, folder.resolve(name + ".gguf").toString(), context, 64, 1, 0));
        Report report = next();
        assertThat(report).isInstanceOf(Report.Loaded.class);
        return (Report.Loaded) report;
    }

    private Report next() throws IOException {
        Report report = reports.report();
        if (report == null) {
            throw new AssertionError("the process has ended");
        }
        return report;
    }

    private List<Report> chat(Manner manner, Turn... turns) throws IOException {
        ask.write(new Request.Chat(++calls, List.of(turns), manner));
        return untilLast();
    }

    private List<Report> untilLast() throws IOException {
        List<Report> all = new ArrayList<>();
        do {
            all.add(next());
        } while (!all.getLast().last());
        return all;
    }

    private static String text(List<Report> reports) {
        var text = new StringBuilder();
        reports.forEach(report -> text.append(report instanceof Report.Text(int _, String more) ? more : ""));
        return text.toString();
    }

    @Test
    void recitesInPiecesAndCountsExactly() throws IOException {
        Report.Loaded loaded = load("sentence", 512);
        assertThat(loaded.context()).isEqualTo(512);
        assertThat(loaded.dimensions()).isEqualTo(64);
        assertThat(loaded.ownTemplate()).isTrue();

        List<Report> said = chat(greedy(100), new Turn("system", "be brief"), new Turn("user", "hi"));

        assertThat(text(said)).isEqualTo(Reciter.SENTENCE);
        // each byte is a token, and one marks the beginning
        int prompt = "<|im_start|>system\nbe brief<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
                .length();
        assertThat(said.getFirst()).isInstanceOfSatisfying(Report.Started.class,
                started -> assertThat(started.promptTokens()).isBetween(prompt, prompt + 3));
        assertThat(said.getLast())
                .isEqualTo(new Report.Finished(calls, Report.Stop.END, Reciter.TOKENS.size()));
        assertThat(said).filteredOn(Report.Text.class::isInstance).hasSizeGreaterThan(10);
    }

    @Test
    void aTextMayMakeMoreTokensThanItHasBytes() throws IOException {
        // nothing in this vocabulary stands for a space alone, so each is three bytes
        load("endless", 2_048);

        List<Report> said = chat(greedy(2), new Turn("user", " ".repeat(300)));

        assertThat(text(said)).isEqualTo(" the gateway");
    }

    @Test
    void whatAPersonWritesSteersNothing() throws IOException {
        load("sentence", 512);

        // the vocabulary has one token for it, and no way to tell it from the end of the conversation
        List<Report> said = chat(greedy(100), new Turn("user", "a</s>b"));

        int letters = "<|im_start|>user\na</s>b<|im_end|>\n<|im_start|>assistant\n".length() + "\u200b".getBytes(
                java.nio.charset.StandardCharsets.UTF_8).length;
        assertThat(said.getFirst()).isInstanceOfSatisfying(Report.Started.class,
                started -> assertThat(started.promptTokens()).isBetween(letters, letters + 3));
    }

    @Test
    void stopsAtTheMostTokens() throws IOException {
        load("sentence", 512);

        List<Report> said = chat(greedy(3), new Turn("user", "hi"));

        assertThat(text(said)).isEqualTo(" the gateway answers");
        assertThat(said.getLast()).isEqualTo(new Report.Finished(calls, Report.Stop.LENGTH, 3));
    }

    @Test
    void stopsAtAStopTextThatGoesOverTokens() throws IOException {
        load("sentence", 512);

        List<Report> said = chat(greedy(100, "ery req", "policy"), new Turn("user", "hi"));

        assertThat(text(said)).isEqualTo(" the gateway answers ev");
        assertThat(said.getLast()).isEqualTo(new Report.Finished(calls, Report.Stop.END, 5));
    }

    @Test
    void fillsTheContextAndNoMore() throws IOException {
        load("endless", 256);

        List<Report> said = chat(greedy(Integer.MAX_VALUE), new Turn("user", "hi"));

        int prompt = ((Report.Started) said.getFirst()).promptTokens();
        assertThat(said.getLast()).isEqualTo(new Report.Finished(calls, Report.Stop.LENGTH, 256 - prompt));
    }

    @Test
    void refusesAPromptThatDoesNotFit() throws IOException {
        load("sentence", 256);

        assertThat(chat(greedy(1), new Turn("user", "x".repeat(300))))
                .singleElement().isInstanceOfSatisfying(Report.Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(Report.Reason.CONTEXT);
                    assertThat(failed.message()).matches("the prompt has 3\\d\\d tokens, and the context holds 256 .*");
                });
        assertThat(text(chat(greedy(100), new Turn("user", "hi")))).isEqualTo(Reciter.SENTENCE);
    }

    @Test
    void samplesAsItIsTold() throws IOException {
        load("sentence", 512);
        var all = new Manner(100, 0.2f, 5, 0.9f, 0.1f, 1.01f, 0.01f, 0.01f, 7, false, List.of());
        assertThat(text(chat(all, new Turn("user", "hi")))).isEqualTo(Reciter.SENTENCE);

        var hot = new Manner(40, 50, 0, 1, 0, 1, 0, 0, 7, false, List.of());
        String once = text(chat(hot, new Turn("user", "hi")));
        assertThat(once).as("a temperature of 50 makes all tokens alike").isNotEqualTo(Reciter.SENTENCE);
        assertThat(text(chat(hot, new Turn("user", "hi")))).as("the same seed").isEqualTo(once);
    }

    @Test
    void penaltiesLeadAwayFromWhatWasSaid() throws IOException {
        load("endless", 512);
        String sentence = text(chat(greedy(10), new Turn("user", "hi")));
        String plain = text(chat(greedy(20), new Turn("user", "hi")));
        assertThat(plain).isEqualTo(sentence + sentence);

        var frequent = new Manner(20, 0, 0, 1, 0, 1, 100, 0, 7, false, List.of());
        var present = new Manner(20, 0, 0, 1, 0, 1, 0, 100, 7, false, List.of());
        var repeated = new Manner(20, 1, 0, 1, 0, 1000, 0, 0, 7, false, List.of());
        for (Manner manner : List.of(frequent, present, repeated)) {
            assertThat(text(chat(manner, new Turn("user", "hi")))).startsWith(sentence).isNotEqualTo(plain);
        }
    }

    @Test
    void writesJsonWhenItMust() throws IOException {
        load("sentence", 512);
        var json = new Manner(60, 0.5f, 0, 1, 0, 1, 0, 0, 7, true, List.of());

        String text = text(chat(json, new Turn("user", "hi")));

        assertThat(text).matches("(?s)\\{[ \\n\\t]*(\".*|\\}.*)?");
    }

    @Test
    void fallsBackToChatMlForATemplateThatTheLibraryDoesNotKnow() throws IOException {
        Reciter.write(folder, "odd", Reciter.sentence().value("tokenizer.chat_template", "{{ something_else }}"));
        Reciter.write(folder, "bare", Reciter.sentence().without("tokenizer.chat_template"));
        for (String name : List.of("odd", "bare")) {
            assertThat(load(name, 512).ownTemplate()).as(name).isFalse();
            List<Report> said = chat(greedy(100), new Turn("user", "hi"));
            assertThat(text(said)).isEqualTo(Reciter.SENTENCE);
            int prompt = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n".length();
            assertThat(((Report.Started) said.getFirst()).promptTokens()).isBetween(prompt, prompt + 3);
        }
    }

    @Test
    void stopsInTheMiddleWhenCancelled() throws IOException {
        load("endless", 4096);
        ask.write(new Request.Chat(++calls, List.of(new Turn("user", "hi")), greedy(Integer.MAX_VALUE)));
        assertThat(next()).isInstanceOf(Report.Started.class);
        assertThat(next()).isInstanceOf(Report.Text.class);

        ask.write(new Request.Cancel(calls));

        assertThat(untilLast().getLast()).isInstanceOfSatisfying(Report.Finished.class, finished -> {
            assertThat(finished.stop()).isEqualTo(Report.Stop.CANCELLED);
            assertThat(finished.tokens()).isLessThan(4000);
        });
        assertThat(text(chat(greedy(1), new Turn("user", "hi")))).isEqualTo(" the");
    }

    @Test
    void doesNotBeginWhatWasCancelledBefore() throws IOException {
        load("endless", 4096);
        ask.write(new Request.Cancel(calls + 1));
        List<Report> said = chat(greedy(Integer.MAX_VALUE), new Turn("user", "hi"));
        assertThat(said.getLast()).isEqualTo(new Report.Finished(calls, Report.Stop.CANCELLED, 0));

        ask.write(new Request.Cancel(calls + 1));
        ask.write(new Request.Embed(++calls, List.of("a")));
        assertThat(next()).isEqualTo(new Report.Finished(calls, Report.Stop.CANCELLED, 0));
    }

    @Test
    void turnsTextsIntoVectorsOfLengthOne() throws IOException {
        load("sentence", 512);
        ask.write(new Request.Embed(++calls, List.of("one", "x".repeat(200), "one")));
        List<Report> said = untilLast();

        assertThat(said.getLast()).isEqualTo(new Report.Finished(calls, Report.Stop.END, 0));
        assertThat(said).hasSize(4);
        for (Report report : said.subList(0, 3)) {
            float[] vector = ((Report.Vector) report).values();
            assertThat(vector).hasSize(64);
            double squares = 0;
            for (float value : vector) {
                squares += (double) value * value;
            }
            assertThat(squares).isCloseTo(1, within(1e-4));
        }
        assertThat(said.get(0)).isEqualTo(new Report.Vector(calls, ((Report.Vector) said.get(0)).tokens(),
                ((Report.Vector) said.get(2)).values()));
        assertThat(((Report.Vector) said.get(1)).tokens()).isBetween(200, 204);
    }

    @Test
    void poolsAsTheFileSays() throws IOException {
        Reciter.write(folder, "pooled", Reciter.sentence().value("llama.pooling_type", 1));
        load("pooled", 512);
        ask.write(new Request.Embed(++calls, List.of("one", "x".repeat(100))));
        List<Report> said = untilLast();

        assertThat(said.getFirst()).isInstanceOfSatisfying(Report.Vector.class,
                vector -> assertThat(vector.values()).hasSize(64));
        assertThat(said.getLast()).isInstanceOfSatisfying(Report.Failed.class,
                failed -> assertThat(failed.message()).endsWith("tokens, and the model takes 64"));
    }

    @Test
    void saysWhatItCannotDo() throws IOException {
        assertThat(chat(greedy(1), new Turn("user", "hi")))
                .containsExactly(new Report.Failed(calls, Report.Reason.MODEL, "no model is loaded"));
        ask.write(new Request.Embed(++calls, List.of("a")));
        assertThat(next()).isEqualTo(new Report.Failed(calls, Report.Reason.MODEL, "no model is loaded"));

        load("sentence", 512);
        assertThat(chat(greedy(1), new Turn("user", "a\0b"))).containsExactly(
                new Report.Failed(calls, Report.Reason.REQUEST, "a message holds the character U+0000"));
        ask.write(new Request.Embed(++calls, List.of("x".repeat(600))));
        assertThat(next()).isInstanceOfSatisfying(Report.Failed.class,
                failed -> assertThat(failed.reason()).isEqualTo(Report.Reason.CONTEXT));
    }

    @Test
    void saysWhyAFileCannotBeLoaded() throws IOException {
        var broken = new GgufBytes().value("general.architecture", "nonsense").tensor("a", new float[32], 32);
        Reciter.write(folder, "nonsense", broken);
        ask.write(new Request.Load(++calls, folder.resolve("nonsense.gguf").toString(), 256, 64, 1, 0));

        assertThat(next()).isInstanceOfSatisfying(Report.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Report.Reason.MODEL);
            assertThat(failed.message()).startsWith("the library can't load it: ").contains("nonsense");
        });
    }

    @Test
    void unloadsAndAnswersPings() throws IOException {
        load("sentence", 512);
        ask.write(new Request.Unload(++calls));
        assertThat(next()).isEqualTo(new Report.Finished(calls, Report.Stop.END, 0));
        ask.write(new Request.Ping(++calls));
        assertThat(next()).isEqualTo(new Report.Pong(calls));
        assertThat(chat(greedy(1), new Turn("user", "hi")))
                .containsExactly(new Report.Failed(calls, Report.Reason.MODEL, "no model is loaded"));
    }
}
