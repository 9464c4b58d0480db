package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.Gpu;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.Term;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.engine.facts.Traits;
import dev.formulary.engine.facts.Trend;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The tables "Every field" and "Every verb" of the README for authors list what there is, and nothing else.
class ReferenceTest {
    private static final Path README = Path.of("../rules/README.md");
    private static final Pattern RANGE = Pattern.compile("(\\d+) (?:to (\\d+)|or more)");
    private static final RuleInfo NOBODY = new RuleInfo("a", "a", "", "r", Kind.COST, "cost/a.drl", 1);
    private static final Map<String, DoubleConsumer> NUMBERS = Map.of(
            "requireSafety", value -> draft().requireSafety(value),
            "prefer", value -> draft().prefer(Rules.candidate("a/a"), value),
            "avoid", value -> draft().avoid(Rules.candidate("a/a"), value),
            "weigh", value -> draft().weigh(Term.COST, value),
            "demote", value -> draft().demote(Rules.candidate("a/a"), value, "30m"),
            "cap", value -> draft().cap(Parameter.TEMPERATURE, value),
            "balance", value -> draft().balance(value));

    private static DecisionDraft draft() {
        return new Draft(NOBODY);
    }

    static Stream<Class<?>> holders() {
        return Stream.concat(Vocabulary.FACTS.stream(), Stream.of(Therapy.class, Requirements.class, Traits.class,
                Screening.class, Gpu.class, ModelCard.class, ClassPrices.class, PriceStep.class,
                Candidate.Vitals.class, Baseline.class, Trend.class, Budget.Outlook.class));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void everyFieldStandsInTheReadmeWithItsTypeUnitAndRange(Class<?> holder) throws IOException {
        List<String> told = table(holder.getSimpleName());

        assertThat(told.stream().map(row -> columns(row, 3))).containsExactlyInAnyOrderElementsOf(rows(holder));
        assertThat(told)
                .allSatisfy(row -> assertThat(row.split("\\|", -1)[4].strip()).as("what it means").isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("holders")
    void everyNumberHasAScale(Class<?> holder) {
        for (RecordComponent component : holder.getRecordComponents()) {
            if (component.getType().isPrimitive() && component.getType() != boolean.class) {
                assertThat(Gauge.known(holder.getSimpleName(), component.getName())).as(component.toString()).isTrue();
            }
        }
    }

    @Test
    void everyVerbStandsInTheReadmeWithItsArguments() throws IOException {
        List<String> verbs = Arrays.stream(DecisionDraft.class.getMethods())
                .map(method -> "`" + method.getName() + "` | " + arguments(method)).sorted().toList();

        assertThat(table("decision").stream().map(row -> columns(row, 2)).sorted()).isEqualTo(verbs);
    }

    @Test
    void everyMetricStandsInTheReadmeWithItsUnit() throws IOException {
        assertThat(table("Metric").stream().map(row -> columns(row, 2))).containsExactlyElementsOf(
                Arrays.stream(Metric.values()).map(metric -> "`" + metric + "` | " + metric.unit()).toList());
    }

    @Test
    void theNumbersOfVerbsHaveTheRangesThatAreTold() throws IOException {
        for (String row : table("decision")) {
            String verb = row.split("\\|", -1)[1].replace("`", "").strip();
            Matcher range = RANGE.matcher(row.split("\\|", -1)[3]);
            DoubleConsumer number = NUMBERS.get(verb);
            assertThat(number != null || verb.equals("set")).as(verb).isEqualTo(range.find() || verb.equals("set"));
            if (number != null) {
                assertRange(number, range);
            }
        }
    }

    @Test
    void parametersTakeWhatIsTold() throws IOException {
        List<String> rows = table("Parameter");

        assertThat(rows).hasSize(Parameter.values().length);
        for (Parameter parameter : Parameter.values()) {
            String row = rows.stream().filter(one -> one.startsWith("| `" + parameter + "` |")).findFirst()
                    .orElseThrow();
            Matcher range = RANGE.matcher(row.split("\\|", -1)[3]);
            assertThat(range.find()).as(row).isTrue();
            assertRange(value -> draft().set(parameter, value), range);
        }
    }

    private static void assertRange(DoubleConsumer number, Matcher range) {
        double least = Double.parseDouble(range.group(1));
        double most = range.group(2) == null ? Integer.MAX_VALUE : Double.parseDouble(range.group(2));
        assertThatCode(() -> number.accept(least)).doesNotThrowAnyException();
        assertThatCode(() -> number.accept(most)).doesNotThrowAnyException();
        assertThatIllegalArgumentException().isThrownBy(() -> number.accept(least - 0.01));
        if (range.group(2) != null) {
            assertThatIllegalArgumentException().isThrownBy(() -> number.accept(most + 0.01));
        }
    }

    /// The rows of the table under the heading of that name.
    private static List<String> table(String name) throws IOException {
        String readme = Files.readString(README);
        String heading = "\n#### `" + name + "`";
        int start = readme.indexOf(heading);
        assertThat(start).as(heading.strip()).isPositive();
        return readme.substring(start + 1).lines().skip(1).dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|")).skip(2).toList();
    }

    private static String columns(String row, int count) {
        return Arrays.stream(row.split("\\|", -1)).skip(1).limit(count).map(String::strip)
                .collect(Collectors.joining(" | "));
    }

    static List<String> rows(Class<?> holder) {
        var rows = new ArrayList<String>();
        Set<String> components = Arrays.stream(holder.getRecordComponents()).map(RecordComponent::getName)
                .collect(Collectors.toSet());
        for (RecordComponent component : holder.getRecordComponents()) {
            boolean missing = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            rows.add(row(holder, component.getName(), component.getName(), component.getGenericType(), missing));
        }
        Arrays.stream(holder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                // what an answer took is not known when a rule speaks
                .filter(method -> !List.of(method.getParameterTypes()).contains(Usage.class))
                .filter(method -> !components.contains(method.getName())
                        && !Set.of("equals", "hashCode", "toString").contains(method.getName()))
                // no rule needs a copy of a fact
                .filter(method -> !method.getName().equals("with"))
                .sorted(Comparator.comparing(ReferenceTest::signature))
                .forEach(method -> rows.add(row(holder, method.getName(), signature(method),
                        method.getGenericReturnType(), false)));
        return rows;
    }

    private static String signature(Method method) {
        return method.getParameterCount() == 0
                ? method.getName()
                : method.getName() + "(" + Arrays.stream(method.getGenericParameterTypes()).map(ReferenceTest::word)
                        .map(word -> word.replace("`", "")).collect(Collectors.joining(", ")) + ")";
    }

    private static String arguments(Method verb) {
        return Arrays.stream(verb.getParameters())
                .map(one -> "`" + one.getName() + "`: " + word(one.getParameterizedType()))
                .collect(Collectors.joining(", "));
    }

    private static String row(Class<?> holder, String name, String written, Type type, boolean missing) {
        return "`" + written + "` | " + word(type) + (missing ? " or null" : "") + " | "
                + values(holder, name, type);
    }

    private static String word(Type type) {
        if (type instanceof ParameterizedType many) {
            List<String> of = Arrays.stream(many.getActualTypeArguments()).map(ReferenceTest::word).toList();
            String one = of.getFirst().equals("text") ? "texts" : of.getFirst();
            return many.getRawType() == Set.class
                    ? "set of " + one
                    : many.getRawType() == Map.class ? "texts by name" : "list of " + one;
        }
        return type == String.class
                ? "text"
                : type == boolean.class
                        ? "true or false"
                        : type == int.class || type == long.class
                                ? "whole number"
                                : type == double.class
                                        ? "number"
                                        : type == Instant.class
                                                ? "time"
                                                : "`" + ((Class<?>) type).getSimpleName() + "`";
    }

    private static String values(Class<?> holder, String name, Type type) {
        Type element = type instanceof ParameterizedType many && many.getRawType() == Set.class
                ? many.getActualTypeArguments()[0]
                : type;
        if (element instanceof Class<?> words && words.isEnum()) {
            return Stream.of(words.getEnumConstants()).map(Object::toString).collect(Collectors.joining(", "));
        }
        if (type == int.class || type == long.class || type == double.class) {
            String key = holder.getSimpleName();
            assertThat(Gauge.known(key, name)).as(key + "." + name).isTrue();
            return Gauge.of(key, name).unit() + ", " + Gauge.of(key, name).range();
        }
        return "";
    }
}
