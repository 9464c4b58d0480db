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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Measures the crisis screen on the labelled sentences and holds the published figures to it.
class ScreeningFiguresTest {
    private static final Path FOLDER = Path.of("target", "classes", "rules").toAbsolutePath();
    private static final Pattern ROW = Pattern
            .compile("(dev|held),(en|es),(\\w+),(\\w*),(?:\"((?:[^\"]|\"\")*)\"|(.*))");
    private static final List<Labelled> SENTENCES = new ArrayList<>();
    private static final CrisisScreen SCREEN = new CrisisScreen(true);
    private static final Assessor ASSESSOR = new Assessor(false, SCREEN);
    private static String hash = "";

    private record Labelled(String part, String language, CrisisLevel level, String type, String text) {}

    /// How well the screen tells sentences of a level or more.
    ///
    /// @param found how many it took for such ones
    /// @param there how many there are
    /// @param right how many of those found are such ones
    private record Figures(int sentences, int found, int there, int right) {
        String row(String part, String language, CrisisLevel level) {
            return String.format(Locale.ROOT, "| %s | %s | %s | %d | %s | %s |", part, language,
                    level.name().toLowerCase(Locale.ROOT), sentences, share(found), share(there));
        }

        private String share(int of) {
            double[] interval = wilson(right, of);
            return String.format(Locale.ROOT, "%.3f (%d of %d; %.3f–%.3f)", right / (double) of, right, of, interval[0],
                    interval[1]);
        }
    }

    /// The 95 % score interval of Wilson (1927) for a share.
    private static double[] wilson(int right, int of) {
        double z = 1.959964;
        double share = right / (double) of;
        double middle = share + z * z / (2 * of);
        double half = z * Math.sqrt(share * (1 - share) / of + z * z / (4.0 * of * of));
        double whole = 1 + z * z / of;
        return new double[]{Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)};
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
        hash = lexicon.lexicon().hash();
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

    private static Figures figures(String part, String language, CrisisLevel level) {
        int sentences = 0;
        int found = 0;
        int there = 0;
        int right = 0;
        for (Labelled each : SENTENCES) {
            if (each.part().equals(part) && each.language().equals(language)) {
                boolean is = each.level().atLeast(level);
                boolean says = screen(each.text()).level().atLeast(level);
                sentences++;
                found += says ? 1 : 0;
                there += is ? 1 : 0;
                right += is && says ? 1 : 0;
            }
        }
        return new Figures(sentences, found, there, right);
    }

    private static double precision(String part, String language) {
        Figures figures = figures(part, language, CrisisLevel.HIGH);
        return figures.right() / (double) figures.found();
    }

    private static double recall(String part, String language) {
        Figures figures = figures(part, language, CrisisLevel.HIGH);
        return figures.right() / (double) figures.there();
    }

    @Test
    void thePublishedFiguresAreTheMeasuredOnes() throws IOException {
        var rows = new ArrayList<String>();
        for (String part : List.of("dev", "held")) {
            for (String language : List.of("en", "es")) {
                for (CrisisLevel level : List.of(CrisisLevel.LOW, CrisisLevel.MODERATE, CrisisLevel.HIGH,
                        CrisisLevel.CRITICAL)) {
                    rows.add(figures(part, language, level).row(part, language, level));
                }
            }
        }
        assertThat(Files.readString(FOLDER.resolve("lexicon/README.md")))
                .as("the table in lexicon/README.md must be\n%s", String.join("\n", rows)).contains(rows);
    }

    /// Whoever changes a table or a sentence measures again and says when.
    @Test
    void thePublishedFiguresSayWhatWasMeasuredAndWhen() throws IOException {
        String first = Files.readAllLines(FOLDER.resolve("lexicon/labelled.csv")).getFirst();
        Matcher version = Pattern.compile("# version (\\d+) of (\\d{4}-\\d{2}-\\d{2}):.*").matcher(first);
        assertThat(version.matches()).as("the first line of labelled.csv: %s", first).isTrue();
        assertThat(Files.readString(FOLDER.resolve("lexicon/README.md")))
                .contains("version " + version.group(1) + " of "
                        + version.group(2) + ", tables `" + hash.substring(0, 12) + "`");
    }

    @Test
    void theFiguresStayAboveTheirFloors() {
        for (String language : List.of("en", "es")) {
            assertThat(precision("dev", language)).isGreaterThanOrEqualTo(0.95);
            assertThat(recall("dev", language)).isGreaterThanOrEqualTo(0.95);
        }
    }

    @Test
    void theSetIsLargeEnoughAndNoSentenceIsThereTwice() {
        assertThat(SENTENCES).extracting(Labelled::text).doesNotHaveDuplicates();
        assertThat(SENTENCES.stream().filter(each -> each.language().equals("en"))).hasSizeGreaterThanOrEqualTo(750);
        assertThat(SENTENCES.stream().filter(each -> each.language().equals("es"))).hasSizeGreaterThanOrEqualTo(550);
        assertThat(SENTENCES.stream().filter(each -> each.part().equals("held"))).hasSizeGreaterThanOrEqualTo(350);
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
                .extracting(Labelled::text).hasSizeLessThanOrEqualTo(10);
    }

    /// The screen only tells what it found: nothing that it gives or that authors wrote for it says that anybody was told.
    @Test
    void nothingEverClaimsThatAnybodyWasContacted() throws IOException {
        Pattern claim = Pattern.compile("(?i)\\b(?:contacted|notified|alerted|dispatched|informed|called)\\b"
                + "|\\b(?:we|i) (?:have )?(?:called|contacted)|\\b(?:911|112|999|988)\\b");
        for (Labelled each : SENTENCES) {
            assertThat(screen(each.text()).signs()).noneMatch(sign -> claim.matcher(sign).find());
        }
        try (Stream<Path> policies = Files.walk(FOLDER.resolve("context"))) {
            for (Path policy : (Iterable<Path>) policies.filter(Files::isRegularFile)::iterator) {
                Matcher quoted = Pattern.compile("\"[^\"\\n]*\"")
                        .matcher(Files.readString(policy).replace("nobody has been contacted", ""));
                assertThat(quoted.results().map(MatchResult::group).filter(text -> claim.matcher(text).find()))
                        .as(policy.toString()).isEmpty();
            }
        }
    }

    /// Long and hostile texts: words of the tables in any order, stars, single letters, no spaces. A pattern that took more
    /// than linear time would not come to an end.
    @Test
    @Timeout(120)
    void anyLongTextComesToAnEnd() throws IOException {
        var words = new ArrayList<String>();
        for (String file : List.of("words.csv", "signs.csv", "idiom.csv")) {
            words.addAll(
                    Arrays.asList(Files.readString(FOLDER.resolve("lexicon").resolve(file)).split("[\\s,|{}?]+", -1)));
        }
        var random = new Random(5);
        for (int round = 0; round < 300; round++) {
            var text = new StringBuilder();
            String between = List.of(" ", "  ", "*", ".", " i ", "\n", " and ", "").get(round % 8);
            while (text.length() < 4_000) {
                text.append(words.get(random.nextInt(words.size()))).append(between);
            }
            assertThat(screen(text.toString()).level()).isNotNull();
        }
        for (String piece : List.of("i ", "*", "k*", "want to ", "a.", "not only ", "took all ", "👩‍👩‍👧")) {
            assertThat(screen(piece.repeat(4_000 / piece.length())).level()).isNotNull();
        }
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
