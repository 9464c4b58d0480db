package dev.formulary.engine.decision;

import dev.formulary.engine.facts.FailureClass;
import java.util.List;
import java.util.Locale;

/// An explanation for a terminal.
final class ExplanationText {
    private static final int WORD = 10;

    private final StringBuilder text = new StringBuilder();

    private ExplanationText() {}

    static String of(Explanation explanation) {
        var lines = new ExplanationText();
        lines.head(explanation);
        explanation.fired().forEach(lines::fired);
        lines.candidates(explanation);
        explanation.parameters().forEach(lines::parameter);
        explanation.reactions().forEach(lines::reaction);
        explanation.attempts().forEach(lines::attempt);
        explanation.notices().forEach(notice -> lines.line("alert", notice.severity().name().toLowerCase(Locale.ROOT)
                + " " + notice.code() + " by " + notice.rule() + ": " + notice.message()));
        explanation.problems().forEach(problem -> lines.line("problem", problem));
        explanation.whyNot().forEach(lines::whyNot);
        lines.line("rules", explanation.ruleSet());
        return lines.text.toString().stripTrailing();
    }

    private void head(Explanation explanation) {
        line("decision", explanation.id());
        explanation.notes().forEach(note -> line("note", note));
        if (explanation.model().isEmpty()) {
            line("denied", explanation.result() + ": " + explanation.message());
        } else {
            line("allowed", explanation.model());
        }
    }

    private void fired(Explanation.Fired one) {
        line("fired", one.rule() + place(one.file(), one.line()) + ": " + one.reason());
        if (!one.matched().isEmpty()) {
            line("", "because " + String.join(", ", one.matched().stream().map(ExplanationText::fact).toList()));
        }
        one.conditions().forEach(condition -> line("", "and " + condition));
        one.says().forEach(says -> line("", "says " + says));
    }

    static String fact(Explanation.Fact fact) {
        return fact.fact().isEmpty() ? fact.field() + " = " + fact.value() : fact.toString();
    }

    private static String place(String file, int line) {
        return file.isEmpty() ? "" : " at " + file + ":" + line;
    }

    private void candidates(Explanation explanation) {
        for (Explanation.Rated one : explanation.candidates()) {
            if (one.place() > 0) {
                line("rank " + one.place(), String.format(Locale.ROOT, "%s with %.3f%s", one.candidate(), one.score(),
                        shares(one.shares())));
                if (!one.standing().isEmpty()) {
                    line("", one.standing());
                }
            } else if (!one.stopped().isEmpty()) {
                line("out", one.candidate());
                one.stopped().forEach(obstacle -> line("", obstacle.toString()));
            } else {
                line("not asked", one.candidate());
            }
            one.points().forEach(given -> line("", given.rule() + place(given.file(), given.line())
                    + (given.points() < 0 ? " takes " : " gives ") + FactValues.number(Math.abs(given.points()))
                    + " points"));
        }
        Explanation.Shares weights = explanation.weights();
        if (weights != null) {
            line("weights", String.format(Locale.ROOT, "quality %.0f %%, cost %.0f %%, latency %.0f %%, load %.0f %%",
                    100 * weights.quality(), 100 * weights.cost(), 100 * weights.latency(), 100 * weights.load()));
        }
    }

    private static String shares(Explanation.@org.jspecify.annotations.Nullable Shares shares) {
        if (shares == null) {
            return "";
        }
        String points = shares.points() == 0 ? "" : String.format(Locale.ROOT, " %+.3f points", shares.points());
        return String.format(Locale.ROOT, " = quality %.3f + cost %.3f + latency %.3f + load %.3f%s",
                shares.quality(), shares.cost(), shares.latency(), shares.load(), points);
    }

    private void parameter(Explanation.Held held) {
        Double preset = held.preset();
        Double cap = held.cap();
        line("limit", held.parameter().name().toLowerCase(Locale.ROOT)
                + (preset == null ? "" : " is " + FactValues.number(preset))
                + (cap == null ? "" : " at most " + FactValues.number(cap)));
        for (Explanation.Claim claim : held.claims()) {
            line("", claim.rule() + place(claim.file(), claim.line()) + " says " + claim.verb() + " "
                    + FactValues.number(claim.value()) + (claim.holds() ? ", which holds" : ", which yields"));
        }
    }

    private void reaction(Explanation.Reacts one) {
        line("failure", one.failure().name().toLowerCase(Locale.ROOT) + " means "
                + one.reaction().name().toLowerCase(Locale.ROOT) + ", says " + one.rule()
                + place(one.file(), one.line()) + (one.holds() ? ", which holds" : ", which yields"));
    }

    private void attempt(Explanation.Attempt one) {
        FailureClass failure = one.failure();
        line("tried", one.candidate() + (one.answered()
                ? " answered in "
                : " failed (" + (failure == null ? "of what is not recorded" : failure.name().toLowerCase(Locale.ROOT))
                        + ") in ")
                + one.ms() + " ms" + one.inVain());
    }

    private void whyNot(Explanation.WhyNot whyNot) {
        line("why not", whyNot.candidate());
        whyNot.stopped().forEach(stopped -> line("", stopped));
        line("", (whyNot.flip() == null ? "" : "it would be the choice ") + whyNot.change());
        List<String> also = whyNot.also().stream().map(Explanation.Flip::text).toList();
        if (!also.isEmpty()) {
            line("", "also " + String.join("; ", also));
        }
    }

    private void line(String word, String rest) {
        text.append(word).repeat(' ', Math.max(1, WORD - word.length())).append(rest.replaceAll("\\R", " "))
                .append('\n');
    }
}
