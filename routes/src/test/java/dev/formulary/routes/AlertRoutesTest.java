package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.notify.AlertEvent;
import dev.formulary.engine.notify.Parcel;
import dev.formulary.engine.notify.Receipt;
import dev.formulary.engine.notify.UndeliveredException;
import dev.formulary.engine.route.RouteStatus.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The routes that tell alerts, as they are shipped, changed and copied.
class AlertRoutesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final AlertEvent EVENT = new AlertEvent("alert_1", AlertEvent.Type.OPENED, NOON, "home",
            new OpenAlert("alert-cpu", "host-cpu", Severity.CRITICAL, "in use to 99 %: \"ü\"", NOON, NOON, 1));

    @TempDir
    Path home;

    private static AlertChannel channel(String route, AlertTarget target) {
        return new AlertChannel("mine", route, Severity.WARNING, List.of(), true, Duration.ofSeconds(10), target);
    }

    private Shipped shipped(AlertChannel channel) throws Exception {
        return new Shipped(home).alerts(new AlertSettings(List.of(channel), AlertSettings.USUAL.retry()));
    }

    private static Receipt tell(Shipped shipped, AlertChannel channel)
            throws UndeliveredException, InterruptedException {
        return shipped.routes().courier().carry(new Parcel(channel, EVENT, Instant.now()));
    }

    private static AlertChannel webhook(Hook hook, String route) {
        return channel(route, new AlertTarget.Webhook(hook.url("/hidden"), new Secret("0123456789abcdef"), null));
    }

    @Test
    void aChannelIsToldByTheRouteOfItsKindAndTheOthersAreOff() throws Exception {
        try (var hook = new Hook()) {
            AlertChannel channel = webhook(hook, "webhook");
            try (var shipped = shipped(channel).start()) {
                assertThat(tell(shipped, channel).how()).isEqualTo("http");

                assertThat(hook.bodies).containsExactly(EVENT.document());
                assertThat(shipped.status("alerts.yaml").state()).isEqualTo(State.SERVING);
                assertThat(shipped.status("alerts.yaml").message()).isEqualTo(
                        "no channel of alerts.channels is told by it");
            }
        }
        try (var shipped = new Shipped(home).start()) {
            assertThat(shipped.status("alerts.yaml").state()).isEqualTo(State.OFF);
        }
    }

    @Test
    void aReceiverChecksTheSignatureAsTheReadmeSays() throws Exception {
        Path python = Path.of("/usr/bin/python3");
        assumeThat(python).isExecutable();
        String readme = Files.readString(Path.of("README.md"));
        String code = readme.substring(readme.indexOf("```python\n") + "```python\n".length());
        Path program = Files.writeString(home.resolve("check.py"), code.substring(0, code.indexOf("```"))
                + "import sys\nprint(genuine(sys.argv[1], sys.argv[2], sys.argv[3].encode()))\n");
        try (var hook = new Hook()) {
            AlertChannel channel = webhook(hook, "webhook");
            try (var shipped = shipped(channel).start()) {
                tell(shipped, channel);
            }
            String signature = hook.signatures.getFirst();
            assertThat(says(python, program, "0123456789abcdef", signature, EVENT.document())).isEqualTo("True\n");
            assertThat(says(python, program, "0123456789abcdeX", signature, EVENT.document())).isEqualTo("False\n");
            assertThat(says(python, program, "0123456789abcdef", signature, "{}")).isEqualTo("False\n");
        }
    }

    private static String says(Path python, Path program, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(python.toString(), program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theExampleForChatServicesServesWhenItIsCopied() throws Exception {
        try (var hook = new Hook()) {
            AlertChannel channel = webhook(hook, "chat");
            try (var shipped = shipped(channel).start()) {
                assertThatThrownBy(() -> tell(shipped, channel)).isInstanceOf(UndeliveredException.class).hasMessage(
                        "no route begins with 'direct:alert-chat'; routes/alerts.yaml has one for each kind of channel");

                shipped.write("chat.yaml", Files.readString(Path.of("examples/chat.yaml")));

                assertThat(shipped.status("chat.yaml").message()).isEmpty();
                assertThat(tell(shipped, channel).how()).isEqualTo("http");
                assertThat(hook.bodies).containsExactly("{\"text\":\"Critical: host-cpu (home)\\nin use to 99 %:"
                        + " \\\"ü\\\"\\n\\nrule alert-cpu, since 2026-11-21T12:00:00Z, seen 1 time\\nevent alert_1\"}");
                assertThat(hook.types).containsExactly("application/json");
            }
        }
    }

    @Test
    void aRouteMayBeChangedWhileItServesAndMayDoWithoutOurStep() throws Exception {
        try (var hook = new Hook()) {
            AlertChannel channel = webhook(hook, "webhook");
            try (var shipped = shipped(channel).start()) {
                shipped.write("alerts.yaml", """
                    - from:
                        uri: direct:alert-webhook
                        steps:
                          - setBody: { simple: "${header.AlertSeverity}/${header.AlertCode}/${header.AlertChannel}" }
                          - setHeader: { name: Content-Type, constant: text/plain }
                          - to: alert:webhook
                    """);
                tell(shipped, channel);
                assertThat(hook.bodies).containsExactly("critical/host-cpu/mine");
                assertThat(hook.types).containsExactly("text/plain");

                shipped.write("alerts.yaml", """
                    - from:
                        uri: direct:alert-webhook
                        steps:
                          - toD: { uri: "file:{{home}}/told?fileName=${header.AlertId}.json" }
                    """);
                assertThat(tell(shipped, channel)).isEqualTo(Receipt.OF_ROUTE);
                assertThat(home.resolve("told/alert_1.json")).hasContent(EVENT.document());
                assertThat(hook.bodies).hasSize(1);
            }
        }
    }

    @Test
    void aRouteMayTellElsewhereWhatAChannelDoesNotTake() throws Exception {
        try (var hook = new Hook()) {
            hook.status = 500;
            AlertChannel channel = webhook(hook, "webhook");
            try (var shipped = shipped(channel).start()) {
                assertThatThrownBy(() -> tell(shipped, channel)).isInstanceOf(UndeliveredException.class)
                        .hasMessageMatching("127.0.0.1:\\d+ answered 500");

                shipped.write("alerts.yaml", """
                    - from:
                        uri: direct:alert-webhook
                        steps:
                          - doTry:
                              steps:
                                - to: alert:webhook
                              doCatch:
                                - exception: [java.lang.Exception]
                                  steps:
                                    - to: alert:log
                    """);
                assertThat(shipped.status("alerts.yaml").message()).isEmpty();
                assertThat(tell(shipped, channel).how()).isEqualTo("log");
            }
        }
    }

    @Test
    void aMistakeInARouteIsSaidWithItsPlaceAndWhatTheStepsAre() throws Exception {
        try (var hook = new Hook()) {
            AlertChannel channel = webhook(hook, "webhook");
            try (var shipped = shipped(channel).start()) {
                shipped.write("wrong.yaml", """
                    - from:
                        uri: direct:alert-wrong
                        steps:
                          - to: alert:pager
                    """);
                assertThat(shipped.status("wrong.yaml").message()).startsWith(
                        "wrong.yaml:4: there is no 'alert:pager'; there are alert:");

                shipped.write("alerts.yaml", """
                    - from:
                        uri: direct:alert-webhook
                        steps:
                          - to: alert:mqtt
                    """);
                assertThatThrownBy(() -> tell(shipped, channel)).hasMessage(
                        "the channel 'mine' is told by 'alert:webhook', not by 'alert:mqtt'");

                shipped.write("alerts.yaml", """
                    - from:
                        uri: direct:alert-webhook
                        steps:
                          - throwException: { exceptionType: java.lang.IllegalStateException, message: on purpose }
                    """);
                assertThatThrownBy(() -> tell(shipped, channel)).hasMessage(
                        "the route 'direct:alert-webhook' failed: on purpose");
            }
        }
    }

    @Test
    void aMessageGoesToTheBrokerAndIsNotRetained() throws Exception {
        try (var broker = new Mosquitto(home.resolve("broker"))) {
            AlertChannel channel = channel("mqtt", new AlertTarget.Mqtt("house/alerts"));
            List<Mqtt5Publish> heard = new CopyOnWriteArrayList<>();
            var listener = broker.client("listener").buildAsync();
            listener.connect().join();
            listener.subscribeWith().topicFilter("house/alerts").callback(heard::add).send().join();
            try (var shipped = shipped(channel).broker(broker.settings()).start()) {
                await().until(() -> shipped.status("mqtt.yaml").message().isEmpty());

                assertThat(tell(shipped, channel)).isEqualTo(new Receipt("mqtt",
                        "the broker has it, topic house/alerts"));

                await().until(() -> heard.size() == 1);
                assertThat(new String(heard.getFirst().getPayloadAsBytes(), StandardCharsets.UTF_8)).isEqualTo(
                        EVENT.document());
                assertThat(heard.getFirst().isRetain()).isFalse();

                listener.disconnect().join();
                broker.stop();
                await().until(() -> !shipped.status("mqtt.yaml").message().isEmpty());
                assertThatThrownBy(() -> tell(shipped, channel)).isInstanceOf(UndeliveredException.class)
                        .hasMessage("there is no connection to the broker");
                broker.start();
            }
        }
    }

    @Test
    void aNotifyServiceIsCalled() throws Exception {
        try (var hook = new Hook()) {
            AlertChannel channel = channel("home-assistant", new AlertTarget.HomeAssistant(hook.url(""),
                    "mobile_app_phone", new Secret("token")));
            try (var shipped = shipped(channel).start()) {
                assertThat(tell(shipped, channel).how()).isEqualTo("http");
                assertThat(hook.bodies).singleElement().asString()
                        .startsWith("{\"message\":\"in use to 99 %: \\\"ü\\\"")
                        .contains("\"title\":\"Critical: host-cpu (home)\"", "\"event_id\":\"alert_1\"");
            }
        }
    }
}
