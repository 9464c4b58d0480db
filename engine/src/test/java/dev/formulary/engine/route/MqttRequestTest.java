package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.mqtt.Incoming;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttRequestTest {

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {"session, s-1, s-1, none", "session_id, s-1, s-1, none",
            "X-Formulary-Session, s-1, s-1, none", "tag, s-1, none, none",
            "session-state, paused, none, session-state=paused"})
    void theSessionIsAUserPropertyAndNoFact(String name, String value, @Nullable String session,
            @Nullable String context) {
        var message = new Incoming("formulary/v1/local/chat", "{}".getBytes(StandardCharsets.UTF_8), false, false, null,
                null, List.of(Map.entry(name, value)), () -> {});

        MqttRequest request = MqttRequest.of(message, "formulary/v1/local/reply/");

        assertThat(request.get("x-formulary-session")).isEqualTo(session);
        assertThat(request.get("x-formulary-context")).isEqualTo(context);
        assertThat(request.get("x-formulary-tag")).isEqualTo(name.equals("tag") ? value : null);
    }

    @Test
    void aKeyIsAHeaderWhereverItStandsAndNoFact() {
        for (String name : List.of("Authorization", "X-Api-Key")) {
            var message = new Incoming("formulary/v1/local/messages", new byte[0], false, false, null, null,
                    List.of(Map.entry(name, "k")), () -> {});
            MqttRequest request = MqttRequest.of(message, "formulary/v1/local/reply/");
            assertThat(request.get(name.toLowerCase(Locale.ROOT))).isEqualTo("k");
            assertThat(request.get("x-formulary-context")).isNull();
        }
    }

    @Test
    void questionsThatSayTheSameAreToldApartByTheirIds() {
        var one = asked("7");
        var other = asked("8");
        assertThat(one.key()).isNotNull().isNotEqualTo(other.key());
        assertThat(one.mark()).isEqualTo(one.key());
        assertThat(other.mark()).isEqualTo(other.key());
        assertThat(asked(null).key()).isNull();
        assertThat(asked(null).mark()).isEqualTo(asked(null).mark()).isNotEqualTo(one.mark());
    }

    private static MqttRequest asked(@Nullable String correlation) {
        return MqttRequest.of(
                new Incoming("formulary/v1/local/chat", "{}".getBytes(StandardCharsets.UTF_8), false, false,
                        "answers", correlation == null ? null : correlation.getBytes(StandardCharsets.UTF_8), List.of(),
                        () -> {}),
                "formulary/v1/local/reply/");
    }
}
