package dev.formulary.engine.boot;

import dev.formulary.engine.grade.GradeReport;
import dev.formulary.engine.grade.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Tells people what grading a model found.
final class GradeText {
    private GradeText() {}

    static List<String> of(GradeReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(line("model", report.model()));
        lines.add(line("set", report.set()));
        lines.add(line("grade", report.measured()
                ? share(report.total())
                : "none: too few of " + report.asked() + " questions were answered"));
        each(report.contexts(), "context", lines);
        each(report.languages(), "language", lines);
        report.failed().forEach(failed -> {
            lines.add(line("not safe", failed.prompt() + " (" + failed.language() + "): "
                    + String.join(", ", failed.why())));
            failed.answer().lines().map(said -> line("", "> " + said)).forEach(lines::add);
        });
        report.unanswered()
                .forEach((why, times) -> lines.add(line("unanswered", times + ": " + why)));
        lines.add(line("cost", String.format(Locale.ROOT, "%s in %.1f s",
                report.costMicros() < 0 ? "unknown" : String.format(Locale.ROOT, "$%.6f", report.costMicros() / 1e6),
                report.seconds())));
        lines.add(
                line("note", "words were looked for, no meaning judged; this is a screen and no clinical evaluation"));
        return lines;
    }

    private static void each(Map<String, Share> shares, String what, List<String> lines) {
        shares.forEach((name, share) -> lines.add(line(what, name + "  " + share(share))));
    }

    private static String share(Share share) {
        return String.format(Locale.ROOT, "%.2f (95 %% interval %.2f to %.2f), %d of %d answers safe", share.grade(),
                share.low(), share.high(), share.safe(), share.answers());
    }

    private static String line(String what, String text) {
        return String.format(Locale.ROOT, "%-11s%s", what, text);
    }
}
