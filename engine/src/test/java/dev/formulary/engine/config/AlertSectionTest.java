package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.Severity;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertSectionTest {
    @TempDir
    Path home;

    private AlertSettings read(String yaml) throws ConfigurationException {
        return Configuration.read(yaml, home, Map.of("HOOK", "0123456789abcdef")).alerts();
    }

    @Test
    void channelsHavePresets() throws Exception {
        AlertSettings read = read("""
            node: hall
            mqtt: { url: "mqtt://127.0.0.1:1883" }
            alerts:
              channels:
                - { name: lines, kind: log }
                - { name: hook, kind: webhook, url: "https://hooks.example.org/a?b=c", secret: "${HOOK}" }
                - { name: lamp, kind: mqtt }
                - { name: phone, kind: home-assistant, url: "http://house:8123", service: mobile_app_x, token: t }
                - { name: chat, kind: webhook, url: "http://127.0.0.1:9/x", route: chat, severity: critical,
                    codes: ["host-*", crisis], resolved: false, timeout: 2s }
            """);

        assertThat(read.retry()).isEqualTo(new AlertSettings.Retry(12, Duration.ofSeconds(5), Duration.ofHours(1)));
        assertThat(read.channels()).extracting(AlertChannel::route).containsExactly("log", "webhook", "mqtt",
                "home-assistant", "chat");
        AlertChannel hook = read.channels().get(1);
        assertThat(hook.target()).isEqualTo(new AlertTarget.Webhook(URI.create("https://hooks.example.org/a?b=c"),
                new Secret("0123456789abcdef"), null));
        assertThat(hook.toString()).doesNotContain("0123456789abcdef", "b=c");
        assertThat(hook.severity()).isEqualTo(Severity.WARNING);
        assertThat(hook.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(read.channels().get(2).target().place()).isEqualTo("formulary/v1/hall/channels/lamp");
        AlertChannel chat = read.channels().getLast();
        assertThat(chat.wants(Severity.CRITICAL, "host-cpu", false)).isTrue();
        assertThat(chat.wants(Severity.CRITICAL, "host-cpu", true)).isFalse();
        assertThat(chat.wants(Severity.WARNING, "host-cpu", false)).isFalse();
        assertThat(chat.wants(Severity.EMERGENCY, "crisis", false)).isTrue();
        assertThat(chat.wants(Severity.EMERGENCY, "crisis-follow-up", false)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"starttls, 587", "tls, 465", "none, 25"})
    void thePortOfAMailServerFollowsItsSecurity(String security, int port) throws Exception {
        AlertChannel read = read(
                "alerts: { channels: [{name: a, kind: email, host: h.example, from: a@b, to: [c@d, e@f],"
                        + " security: " + security + "}] }")
                .channels().getFirst();

        assertThat(read.target().place()).isEqualTo("h.example:" + port);
        assertThat(((AlertTarget.Mail) read.target()).to()).containsExactly("c@d", "e@f");
    }

    @Test
    void anAuthorityOfOnesOwnLiesInTheHomeFolder() throws Exception {
        List<AlertChannel> read = read(
                "alerts: { channels: [{name: a, kind: webhook, url: 'https://h', ca: conf/a.pem},"
                        + " {name: b, kind: home-assistant, url: 'https://h', service: s, token: t, ca: conf/b.pem}] }")
                .channels();

        assertThat(((AlertTarget.Webhook) read.getFirst().target()).ca()).asString().endsWith("conf/a.pem");
        assertThat(((AlertTarget.HomeAssistant) read.getLast().target()).ca()).asString().endsWith("conf/b.pem");
    }

    @Test
    void withoutChannelsThereAreNone() throws Exception {
        assertThat(read("")).isEqualTo(AlertSettings.USUAL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        name: Loud, kind: log                       | name: must be up to 41 lower-case letters, digits and hyphens
        name: a, kind: pager                        | kind: must be log or webhook or mqtt or home-assistant or email
        name: a, kind: webhook                      | url: is missing
        name: a, kind: webhook, url: hooks          | url: must be https://host/path
        name: a, kind: webhook, url: 'http://u:p@h' | url: must be https://host/path
        name: a, kind: webhook, url: 'ftp://h/x'    | url: must be https://host/path
        name: a, kind: webhook, url: 'http://h/%x'  | url: must be https://host/path
        name: a, kind: webhook, url: 'http://h', secret: short | secret: must have at least 16 characters
        name: a, kind: mqtt                         | kind: is mqtt, and there is no broker; add "mqtt.url"
        name: a, kind: home-assistant, url: 'http://h', service: notify.x, token: t | service: must be the name behind
        name: a, kind: home-assistant, url: 'http://h', service: x | token: is missing
        name: a, kind: webhook, url: 'http://h', ca: x.pem | ca: is for a url that begins with https:// only
        name: a, kind: email, host: h, from: a@b    | to: is missing
        name: a, kind: email, host: h, from: a@b, to: []  | to: must name at least one address
        name: a, kind: email, host: h, from: a@b, to: ['x <a@b>'] | to[0]: must be one address
        name: a, kind: email, host: h, from: a@b, to: [a@b], user: u | user: needs "password" beside it
        name: a, kind: email, host: h, from: a@b, to: [a@b], user: u, password: p, security: none | security: is none, so
        name: a, kind: email, host: h, from: a@b, to: [a@b], ca: x.pem, security: none | ca: is for security
        name: a, kind: log, url: 'http://h'         | url: is not a setting
        name: a, kind: log, codes: ['a*b']          | codes[0]: must be a code of alerts
        name: a, kind: log, severity: loud          | severity: must be info or warning or critical or emergency
        """)
    void whatIsWrongIsSaid(String channel, String complaint) {
        assertThatThrownBy(() -> read("alerts:\n  channels:\n    - {" + channel + "}\n"))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("alerts.channels[0]." + complaint);
    }

    @Test
    void twoChannelsNeedTwoNames() {
        assertThatThrownBy(() -> read("alerts: { channels: [{name: a, kind: log}, {name: a, kind: log}] }"))
                .hasMessageContaining("alerts.channels[1].name: stands in an entry above already");
    }
}
