package dev.formulary.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Answer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Report REPORT = asked -> {
        if (asked.apply("by").equals("colour")) {
            throw new IllegalArgumentException("'by' must be day");
        }
        return new Report.Content("text/csv; charset=utf-8",
                ("by " + asked.apply("by")).getBytes(StandardCharsets.UTF_8));
    };

    private static Answer.Whole ask(String path) throws Exception {
        return (Answer.Whole) Replies.shown(Replies.shown(REPORT, Query.of(path)));
    }

    @Test
    void aReportHasItsOwnFormAndHearsWhatIsAsked() throws Exception {
        Answer.Whole shown = ask("/admin/money?from=x&by=model");

        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.contentType()).startsWith("text/csv");
        assertThat(shown.body()).asString().isEqualTo("by model");
        assertThat(ask("/admin/money").body()).asString().isEqualTo("by ");
    }

    @Test
    void aWrongParameterIsToldToTheOperator() throws Exception {
        Answer.Whole wrong = ask("/admin/money?by=colour");

        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).asString().contains("invalid_parameter", "'by' must be day");
    }

    @Test
    void aDocumentIsShownAsJson() throws Exception {
        Object shown = Replies.shown(() -> java.util.Map.of("a", 1), Query.of("/admin/x"));

        assertThat(((Answer.Whole) Replies.shown(shown)).body()).asString().isEqualTo("{\"a\":1}");
    }
}
