package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary alerts`, at a gateway that answers as the management API does.
class AlertsCommandTest {
    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(StubNode node, String... arguments) throws IOException {
        return node.run(folder, out, err, arguments);
    }

    @Test
    void openAlertsAndDeliveriesAreLines() throws Exception {
        try (var node = new StubNode(200, "[{\"code\":\"host-cpu\",\"severity\":\"critical\",\"said\":\"\","
                + "\"state\":\"dead\",\"event\":\"alert_1\"}]")) {
            assertThat(run(node, "alerts")).isEqualTo(Exit.OK);
            assertThat(run(node, "alerts", "deliveries", "--dead")).isEqualTo(Exit.OK);
            assertThat(run(node, "alerts", "channels", "--json")).isEqualTo(Exit.OK);

            assertThat(out.toString()).contains("code=host-cpu  severity=critical  state=dead" + System.lineSeparator(),
                    "event=alert_1  state=dead", "\"said\" : \"\"");
            assertThat(node.asked).extracting(StubNode.Asked::path).containsExactly("/admin/alerts",
                    "/admin/alerts/dead", "/admin/alerts/channels");
        }
    }

    @Test
    void aChannelIsTestedAndDeadLettersAreSentAgain() throws Exception {
        try (var node = new StubNode(200,
                "{\"one\":{\"name\":\"phone\"},\"delivery\":{\"said\":\"http: 200 from h:1\"},"
                        + "\"resent\":2}")) {
            assertThat(run(node, "alerts", "test", "phone")).isEqualTo(Exit.OK);
            assertThat(run(node, "alerts", "resend", "alert_1", "--channel", "phone")).isEqualTo(Exit.OK);
            assertThat(run(node, "alerts", "test", "fone")).isEqualTo(Exit.NO);

            assertThat(out.toString()).contains("http: 200 from h:1", "2 sent again");
            assertThat(err.toString()).contains("there is no channel 'fone'; there are phone");
            assertThat(node.asked.get(1).method() + node.asked.get(1).path()).isEqualTo(
                    "POST/admin/alerts/channels/phone/test");
            assertThat(node.asked.get(2).body()).contains("\"event\":\"alert_1\"", "\"channel\":\"phone\"");
        }
    }

    @Test
    void whyATestWasNotTakenIsTheMessage() throws Exception {
        try (var node = new StubNode(409,
                "{\"error\":{\"code\":\"not_delivered\",\"message\":\"h:1 answered 401\"}}")) {
            assertThat(run(node, "alerts", "resend")).isEqualTo(Exit.NO);

            assertThat(err.toString()).contains("h:1 answered 401");
        }
    }

    @Test
    void alertsAreNotedSilencedAndEnded() throws Exception {
        try (var node = new StubNode(200, "{\"acknowledged\":2,\"resolved\":1,\"id\":\"s7\",\"until\":\"soon\","
                + "\"silences\":[1]}")) {
            assertThat(run(node, "alerts", "ack", "host-cpu", "--by", "Ann", "--note", "on it")).isEqualTo(Exit.OK);
            assertThat(run(node, "alerts", "silence", "error-*", "--resource", "a/*", "--for", "2h"))
                    .isEqualTo(Exit.OK);
            assertThat(run(node, "alerts", "unsilence", "s7")).isEqualTo(Exit.OK);
            assertThat(run(node, "alerts", "resolve", "crisis", "--rule", "r")).isEqualTo(Exit.OK);

            assertThat(out.toString()).contains("2 acknowledged", "s7 until soon", "ended; 1 hold", "1 resolved");
            assertThat(node.asked).extracting(StubNode.Asked::path).containsExactly("/admin/alerts/acknowledge",
                    "/admin/alerts/silence", "/admin/alerts/unsilence", "/admin/alerts/resolve");
            assertThat(node.asked.getFirst().body()).contains("\"code\":\"host-cpu\"", "\"by\":\"Ann\"",
                    "\"note\":\"on it\"");
            assertThat(node.asked.get(1).body()).contains("\"resource\":\"a/*\"", "\"for\":\"2h\"");
            assertThat(node.asked.getLast().body()).contains("\"rule\":\"r\"");
        }
    }

    @Test
    void historySilencesAndStatisticsAreLines() throws Exception {
        try (var node = new StubNode(200, "[{\"code\":\"c\",\"rule\":\"r\",\"opened\":4,\"by\":null,"
                + "\"scope\":{\"codes\":[\"host-*\"],\"rules\":[]}}]")) {
            for (String each : new String[]{"list", "history", "silences", "stats"}) {
                assertThat(run(node, "alerts", each)).isEqualTo(Exit.OK);
            }
            assertThat(run(node, "alerts", "list", "--pending", "--json")).isEqualTo(Exit.OK);

            assertThat(out.toString().lines()).contains("code=c  rule=r", "opened=4  code=c  rule=r",
                    "scope=codes:host-* rules:", "rule=r  code=c  opened=4");
            assertThat(node.asked).extracting(StubNode.Asked::path).containsExactly("/admin/alerts",
                    "/admin/alerts/history", "/admin/alerts/silences", "/admin/alerts/statistics",
                    "/admin/alerts/pending");
        }
    }
}
