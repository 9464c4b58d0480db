package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest.Sampling;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The caller speaks the vendor's format: its bytes go on, but for what policy decides.
class SpliceTest {
    private static final String BODY = "{\"model\":\"auto\", \"max_tokens\": 100,\"messages\":[{\"role\":\"user\","
            + "\"content\":\"Hi \\u00fc\"}],\"new_member\":{\"a\":[1.50]},\"temperature\":0.70,\"stream\":true}";

    private static String sent(Ask ask) throws Exception {
        return new String(ask.asked().body(), StandardCharsets.UTF_8);
    }

    @Test
    void whatPolicyDoesNotTouchStaysAsItIs() throws Exception {
        var ask = Ask.hi().body(BODY).stream().sampling(0.7, null, 100);

        assertThat(sent(ask))
                .isEqualTo("{\"model\":\"claude-opus-4-5\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"Hi \\u00fc\"}],\"new_member\":{\"a\":[1.50]},\"temperature\":0.70,\"stream\":true}");
        assertThat(ask.asked().asItCame()).isTrue();
        assertThat(ask.ignored()).isEmpty();
    }

    @Test
    void policyDecidesModelStreamLimitAndTemperature() throws Exception {
        var ask = Ask.hi().body(BODY).sampling(new Sampling(0.2, 0.9, 50, null, null, List.of()));

        assertThat(sent(ask))
                .isEqualTo("{\"model\":\"claude-opus-4-5\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"Hi \\u00fc\"}],\"new_member\":{\"a\":[1.50]},\"temperature\":0.2,\"top_p\":0.9}");
    }

    @Test
    void aTemperatureOfPolicyIsClampedToo() throws Exception {
        var ask = Ask.hi().body(BODY).sampling(1.5, null, null);

        assertThat(ask.sent("/temperature")).isEqualTo("1");
        assertThat(ask.ignored()).containsExactly("temperature");
    }

    @Test
    void aModelThatTakesNoSamplingGetsNone() throws Exception {
        var ask = Ask.hi().model(Ask.MODERN).body(BODY).sampling(0.7, null, 100);

        assertThat(ask.sent("/temperature")).isEmpty();
        assertThat(ask.sent("/new_member")).isNotEmpty();
        assertThat(ask.ignored()).containsExactly("temperature");
    }

    @Test
    void policyDoesNotDisturbThinking() throws Exception {
        var ask = Ask.hi().body("{\"max_tokens\":5000,\"messages\":[],\"thinking\":{\"type\":\"enabled\","
                + "\"budget_tokens\":2000}}").sampling(0.5, null, null);

        assertThat(ask.sent("/temperature")).isEmpty();
        assertThat(ask.ignored()).containsExactly("temperature");
    }
}
