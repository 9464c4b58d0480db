package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.ModelPatterns;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The models that a caller's key may use, and no others.
class KeyModelsTest {
    private static final List<Candidate> ALL = List.of(candidate("home/llama"), candidate("home/qwen"),
            candidate("cloud/llama"), candidate("cloud/gpt"));

    private static Decision decide(String model, boolean substitute, String... models) {
        Call plain = Rules.call(model, substitute);
        var call = new Call(plain.id(), plain.dialect(), plain.via(), plain.tenant(), "phone", model, substitute,
                plain.priority(), null, false, plain.received(), plain.deadlineMs(), null, Set.of("child"),
                List.of(models));
        var question = new Question(call, Context.unspecified(), Rules.situation(), ALL);
        return Verdict.of(question, "hash", new Findings(List.of(), List.of(), List.of(), List.of(), null, Set.of()));
    }

    private static List<String> tried(Decision decision) {
        return ((Decision.Allow) decision).plan().attempts().stream().map(Candidate::id).toList();
    }

    private static String denied(Decision decision) {
        return ((Decision.Deny) decision).code() + ": " + ((Decision.Deny) decision).message();
    }

    @Test
    void onlyTheseAreTriedAndTheDecisionSaysWhy() {
        Decision decision = decide("auto", false, "home/*");
        assertThat(tried(decision)).containsExactlyInAnyOrder("home/llama", "home/qwen");
        assertThat(decision.reasons()).contains(new Reason("engine", "forbid", "cloud/gpt",
                "the caller's key may use home/* only", "", 0));
        assertThat(tried(decide("auto", false))).hasSize(3);
    }

    @Test
    void anotherIsRefusedOrReplacedWhereThatIsWanted() {
        assertThat(denied(decide("cloud/gpt", false, "home/*")))
                .isEqualTo(
                        "model_forbidden: the model 'cloud/gpt' may not answer: the caller's key may use home/* only");
        assertThat(tried(decide("cloud/gpt", true, "home/*"))).allMatch(id -> id.startsWith("home/"));
        assertThat(denied(decide("auto", false, "other/*"))).startsWith("no_model_allowed: ")
                .contains("the caller's key may use other/* only");
    }

    @Test
    void aShortNameIsOneOfThoseAndNoOtherIsToldOf() {
        assertThat(tried(decide("llama", false, "cloud/*"))).containsExactly("cloud/llama");
        assertThat(denied(decide("llama", false))).startsWith("model_not_found: more than one provider has");
        assertThat(denied(decide("gpd", false, "home/*"))).startsWith("model_not_found: ").doesNotContain("cloud");
    }

    @ParameterizedTest
    @CsvSource({"home/llama, home/llama, true", "home/*, home/, true", "*, a/b, true", "*/llama, home/llama, true",
            "home/*, cloud/home/x, false", "home/l*a, home/llama, true", "home/l*b, home/llama, false",
            "Home/*, home/llama, false", "'', home/llama, false", "**/**, a/b, true", "a/b*, a/b, true"})
    void aStarIsAnyCharacters(String pattern, String model, boolean matches) {
        assertThat(ModelPatterns.allow(List.of(pattern), model)).isEqualTo(matches);
        assertThat(ModelPatterns.allow(List.of(), model)).isTrue();
    }

    @Test
    void patternsMeanWhatTheirRegularExpressionsMean() {
        var random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            String pattern = text(random, "ab*/", 7);
            String model = text(random, "ab/", 8);
            String expression = pattern.chars().mapToObj(c -> c == '*' ? ".*" : Pattern.quote(Character.toString(c)))
                    .collect(Collectors.joining());
            assertThat(ModelPatterns.allow(List.of(pattern), model)).as(pattern + " " + model)
                    .isEqualTo(model.matches(expression));
        }
    }

    private static String text(Random random, String letters, int most) {
        return random.ints(random.nextInt(most), 0, letters.length()).mapToObj(i -> letters.substring(i, i + 1))
                .collect(Collectors.joining());
    }
}
