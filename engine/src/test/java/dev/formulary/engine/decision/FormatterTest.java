package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.drools.drl.ast.descr.AccumulateDescr;
import org.drools.drl.ast.descr.BindingDescr;
import org.drools.drl.ast.descr.ConditionalElementDescr;
import org.drools.drl.ast.descr.ExprConstraintDescr;
import org.drools.drl.ast.descr.PackageDescr;
import org.drools.drl.ast.descr.PatternDescr;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatterTest {
    private static final String TIDY = """
        // why these rules are here

        /* and
             who asked   for them */
        rule "one"
            @id("one") @owner("a") @reason("says 'why'  twice")
            salience 70
        when
            Call( priority == Priority.BATCH, session != null ) // only those
            $c : Candidate( local == true, vitals.calls >= 20,
                            labelled("a"), id in ("x/a", "x/b") )
            not ( Candidate( free == true ) )
            accumulate( Candidate( $n : inFlight );
                        $sum : sum($n) )

            Context(
                risk in (Risk.HIGH, Risk.CRITICAL) || consent == true
            )
        then
            decision.prefer($c, -40);
            if ($c.quality() > 5) {
                decision.alert(Severity.WARNING, "a", "x" +
                        $c.id());
            }
        end // that was one

        // about two
        rule "two"
            @id("two") @reason("r")
        when
            Context()
        then
            decision.keepFree();
        end
        """;

    private static String format(String text) {
        Formatter.Formatted formatted = Formatter.format("cost/a.drl", text);
        assertThat(formatted.problems()).isEmpty();
        return formatted.text();
    }

    @Test
    void whatIsTidyStays() {
        assertThat(format(TIDY)).isEqualTo(TIDY);
    }

    @Test
    void whatIsUntidyBecomesTidy() {
        String untidy = "\n\n  rule \"two\" @reason( \"r\" )@id(\"two\")\r\n\tsalience 5 when Context( ) Call(via==\"http\"&&"
                + "substitute  ==  true)   \n\n\n then\n\n decision . keepFree( ) ;decision.lastResort(  \"a  b\" );  \n\n"
                + "end\nrule three @id(\"t\") @reason(\"r\") when\nContext()\nthen end  \n\n\n\n//  the end \t";
        assertThat(format(untidy)).isEqualTo("""
            rule "two"
                @id("two") @reason("r")
                salience 5
            when
                Context() Call( via == "http" && substitute == true )
            then
                decision . keepFree(); decision.lastResort("a  b");
            end

            rule three
                @id("t") @reason("r")
            when
                Context()
            then
            end

            //  the end
            """);
    }

    @Test
    void commentsBetweenNotesKeepThemAsTheyStand() {
        String text = """
            rule "a"
                @reason("r") // callers are told
                @id("a")
            then
                decision.keepFree();
            end
            """;
        assertThat(format(text)).isEqualTo(text);
        assertThat(format(text.replace("    @", "  \t@"))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rule \"a\" when Call( then end", "rule \"a\" when Call() then decision.keepFree();",
            "import java.util.List;\nrule \"a\" when Call() then end", "rule \"a\" when Call() then /* end",
            "rule \"a\" when Call( via == \"x ) then end", "nonsense"})
    void whatDoesNotParseIsLeftAsItIsAndReported(String text) {
        Formatter.Formatted formatted = Formatter.format("cost/a.drl", text);
        assertThat(formatted.text()).isEqualTo(text);
        assertThat(formatted.problems()).isNotEmpty().allSatisfy(
                problem -> assertThat(problem.file()).isEqualTo("cost/a.drl"));
    }

    /// Of a member any word may be the name.
    @Test
    void aMemberThatIsCalledAsAWordOfRulesIsNoEnd() {
        String text = """
            rule "a"
                @id("a") @reason("r")
            when
                $b : Budget( outlook.end >= limit, outlook!.when > 1 )
            then
                decision.alert(Severity.INFO, "a", "ends at " + $b.outlook().end());
            end

            rule "b"
                @id("b") @reason("r")
            when
                Context()
            then
                decision.keepFree();
            end
            """;
        assertThat(format(text)).isEqualTo(text);
        assertThat(format(text.replace("( outlook", "(outlook"))).isEqualTo(text);
    }

    @Test
    void onlyRulesAreFormatted() {
        assertThat(Formatter.formats("cost/a.drl")).isTrue();
        assertThat(Formatter.formats("scenarios/a.yaml")).isFalse();
        assertThat(Formatter.formats("cost/prices.csv")).isFalse();
        assertThat(format("")).isEmpty();
    }

    /// Spaces, line breaks and comments are thrown about where they may stand.
    @Test
    void meaningCommentsAndTextsStayAndTwiceIsOnce() {
        var random = new Random(7);
        for (int i = 0; i < 150; i++) {
            String text = shaken(random);
            String once = format(text);
            assertThat(format(once)).as(text).isEqualTo(once);
            assertThat(tree(once)).as(text).isEqualTo(tree(text));
            assertThat(words(once, true)).as(text).isEqualTo(words(text, true));
            assertThat(once).doesNotContain("\t", " \n", "\n\n\n", "\r").endsWith("\n");
        }
    }

    /// Comments at the places of the tidy file move with what stands beside them; new ones are put before a rule's end.
    private static String shaken(Random random) {
        var text = new StringBuilder();
        DrlToken last = null;
        for (DrlToken token : DrlToken.of(TIDY)) {
            boolean touch = last != null && !token.spaced() && token.breaks() == 0;
            boolean afterComment = last != null && last.kind() == DrlToken.Kind.LINE_COMMENT;
            boolean glued = touch && (token.is(".") || (last != null && last.is(".")) || (last != null && last.is("-"))
                    || (last != null && last.is("@")));
            if (afterComment) {
                text.append(List.of("\n", "\n\n\n", " \t\n  ").get(random.nextInt(3)));
            } else if (!glued && (!touch || random.nextInt(3) == 0)) {
                text.append(List.of(" ", "  ", "\t", "\n", "\n\n\n  ", "\r\n", " \n\t").get(random.nextInt(7)));
            }
            if (token.is("end") && random.nextInt(3) == 0) {
                text.append(" // ").append(random.nextInt(100)).append("  \"x  \n");
            }
            text.append(token.text());
            last = token;
        }
        return text.toString();
    }

    private static Map<String, Long> words(String text, boolean withComments) {
        return DrlToken.of(text.replace("\r\n", "\n")).stream().filter(token -> withComments || !token.isComment())
                .collect(Collectors.groupingBy(DrlToken::text, TreeMap::new, Collectors.counting()));
    }

    /// What the parser understands, without the spaces that it keeps.
    private static Map<String, String> tree(String text) {
        RuleSource source = RuleSource.of("cost/a.drl", Kind.COST, text);
        var complaints = new Complaints(source);
        PackageDescr tree = SyntaxGate.parse(source, complaints);
        assertThat(complaints.all()).isEmpty();
        var rules = new TreeMap<String, String>();
        Objects.requireNonNull(tree).getRules().forEach(rule -> {
            var notes = new TreeMap<String, String>();
            rule.getAnnotations()
                    .forEach(note -> notes.put(note.getName(), squeezed(String.valueOf(note.getSingleValue()))));
            var attributes = new TreeMap<String, String>();
            rule.getAttributes().forEach((name, attribute) -> attributes.put(name, attribute.getValue()));
            rules.put(rule.getName(), notes + " " + attributes + " " + described(rule.getLhs())
                    + " => " + squeezed(String.valueOf(rule.getConsequence())));
        });
        return rules;
    }

    private static String described(@Nullable Object part) {
        return switch (part) {
            case null -> "nothing";
            case ExprConstraintDescr expression -> squeezed(expression.getExpression());
            case BindingDescr binding -> binding.getVariable() + ":" + squeezed(binding.getExpression());
            case AccumulateDescr accumulate -> "accumulate " + described(accumulate.getInput())
                    + accumulate.getFunctions().stream().map(sum -> sum.getBind() + ":" + sum.getFunction()
                            + squeezed(String.join(",", sum.getParams()))).toList();
            case PatternDescr pattern -> pattern.getIdentifier() + ":" + pattern.getObjectType()
                    + described(pattern.getConstraint()) + described(pattern.getSource());
            case ConditionalElementDescr group -> group.getClass().getSimpleName()
                    + group.getDescrs().stream().map(FormatterTest::described).toList();
            default -> throw new IllegalStateException("not known: " + part.getClass());
        };
    }

    private static String squeezed(String text) {
        return DrlToken.of(text).stream().filter(token -> !token.isComment()).map(DrlToken::text)
                .collect(Collectors.joining("\u00b7"));
    }
}
