package dev.formulary.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.context.CrisisScreen;
import dev.formulary.engine.context.InvalidFactException;
import dev.formulary.engine.context.Lexicon;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Screening;
import dev.formulary.spi.ChatRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Measures the crisis screen on the labelled sentences and holds the published figures to it.
class ScreeningFiguresTest {
    private static final Path FOLDER = Path.of("target", "classes", "rules").toAbsolutePath();
    private static final Pattern ROW = Pattern
            .compile("(dev|held),(en|es),(\\w+),(\\w*),(?:\"((?:[^\"]|\"\")*)\"|(.*))");
    private static final List<Labelled> SENTENCES = new ArrayList<>();
    private static final CrisisScreen SCREEN = new CrisisScreen(true);
    private static final Assessor ASSESSOR = new Assessor(false, SCREEN);

    private record Labelled(String part, String language, CrisisLevel level, String type, String text) {}

    /// @param exact how many had the expected level
    private record Figures(int sentences, int right, int falseAlarms, int missed, int exact) {
        double precision() {
            return right / (double) (right + falseAlarms);
        }

        double recall() {
            return right / (double) (right + missed);
        }

        double exactness() {
            return exact / (double) sentences;
        }

        String row(String part, String language) {
            return String.format(Locale.ROOT, "| %s | %s | %d | %.3f | %.3f | %.3f |", part, language, sentences,
                    precision(), recall(), exactness());
        }
    }

    @BeforeAll
    static void read() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.list(FOLDER.resolve("lexicon"))) {
            for (Path file : (Iterable<Path>) all.filter(each -> each.toString().endsWith(".csv"))::iterator) {
                files.put("lexicon/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        Lexicon.Read lexicon = Lexicon.of(files);
        assertThat(lexicon.problems()).isEmpty();
        SCREEN.use(lexicon.lexicon());
        for (String line : Files.readAllLines(FOLDER.resolve("lexicon/labelled.csv"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String quoted = row.group(5);
                SENTENCES.add(new Labelled(row.group(1), row.group(2),
                        CrisisLevel.valueOf(row.group(3).toUpperCase(Locale.ROOT)), row.group(4),
                        quoted == null ? row.group(6) : quoted.replace("\"\"", "\"")));
            } else {
                assertThat(line).as("not a labelled sentence").matches("#.*|part,language,level,types,text");
            }
        }
    }

    private static Screening screen(String text) {
        var request = new ChatRequest("m", List.of(ChatRequest.Message.text(ChatRequest.Role.USER, text)), List.of(),
                null, ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false, false, Map.of(), null);
        try {
            return ASSESSOR.assess(null, Map.of(), request).screening();
        } catch (InvalidFactException e) {
            throw new AssertionError(e);
        }
    }

    private static Figures figures(String part, String language) {
        int sentences = 0;
        int right = 0;
        int falseAlarms = 0;
        int missed = 0;
        int exact = 0;
        for (Labelled each : SENTENCES) {
            if (each.part().equals(part) && each.language().equals(language)) {
                CrisisLevel found = screen(each.text()).level();
                boolean needs = each.level().atLeast(CrisisLevel.HIGH);
                boolean says = found.atLeast(CrisisLevel.HIGH);
                sentences++;
                right += needs && says ? 1 : 0;
                falseAlarms += !needs && says ? 1 : 0;
                missed += needs && !says ? 1 : 0;
                exact += found == each.level() ? 1 : 0;
            }
        }
        return new Figures(sentences, right, falseAlarms, missed, exact);
    }

    @Test
    void thePublishedFiguresAreTheMeasuredOnes() throws IOException {
        var rows = new ArrayList<String>();
        for (String part : List.of("dev", "held")) {
            for (String language : List.of("en", "es")) {
                rows.add(figures(part, language).row(part, language));
            }
        }
        assertThat(Files.readString(FOLDER.resolve("lexicon/README.md")))
                .as("the table in lexicon/README.md must be\n%s", String.join("\n", rows)).contains(rows);
    }

    @Test
    void theFiguresStayAboveTheirFloors() {
        for (String language : List.of("en", "es")) {
            assertThat(figures("dev", language).precision()).isGreaterThanOrEqualTo(0.95);
            assertThat(figures("dev", language).recall()).isGreaterThanOrEqualTo(0.95);
            assertThat(figures("dev", language).exactness()).isGreaterThanOrEqualTo(0.90);
            assertThat(figures("held", language).precision()).isGreaterThanOrEqualTo(0.90);
            assertThat(figures("held", language).recall()).isGreaterThanOrEqualTo(0.80);
            assertThat(figures("held", language).exactness()).isGreaterThanOrEqualTo(0.80);
        }
    }

    @Test
    void theSetIsLargeEnoughAndNoSentenceIsThereTwice() {
        assertThat(SENTENCES).extracting(Labelled::text).doesNotHaveDuplicates();
        assertThat(SENTENCES.stream().filter(each -> each.language().equals("en"))).hasSizeGreaterThanOrEqualTo(170);
        assertThat(SENTENCES.stream().filter(each -> each.language().equals("es"))).hasSizeGreaterThanOrEqualTo(130);
        for (CrisisType type : CrisisType.values()) {
            assertThat(SENTENCES).extracting(Labelled::type).contains(type.name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void theKindIsRightWhereSomebodyNeedsHelpNow() {
        assertThat(SENTENCES.stream().filter(each -> each.part().equals("dev"))
                .filter(each -> each.level().atLeast(CrisisLevel.HIGH))
                .filter(each -> screen(each.text()).types().stream()
                        .noneMatch(type -> type.name().equalsIgnoreCase(each.type()))))
                .extracting(Labelled::text).hasSizeLessThanOrEqualTo(5);
    }

    /// What another system got wrong; each of these must never come back.
    @Test
    void theOldMistakesAreNotMadeAgain() {
        assertThat(screen("don't want to kill myself, I feel safe now").level()).isEqualTo(CrisisLevel.MODERATE);
        assertThat(screen("I'm chopping vegetables with a sharp knife").level()).isEqualTo(CrisisLevel.NONE);
        assertThat(screen("nothing matters more than my kids").level()).isEqualTo(CrisisLevel.NONE);
        assertThat(screen("see you at the weekend, my friend").level()).isEqualTo(CrisisLevel.NONE);
        for (String slang : List.of("kms", "unalive", "no quiero vivir más")) {
            assertThat(screen(slang).level()).as(slang).isEqualTo(CrisisLevel.HIGH);
        }
        assertThat(screen("took all my pills an hour ago").level()).isEqualTo(CrisisLevel.CRITICAL);
        assertThat(screen("the dragon wants to die").level()).isEqualTo(CrisisLevel.LOW);
    }
}
