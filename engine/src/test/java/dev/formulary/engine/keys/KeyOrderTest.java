package dev.formulary.engine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyOrderTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private static KeyOrder of(Map<String, String> said) {
        return KeyOrder.of(said, text -> {
            if (!text.contains("=")) {
                throw new IllegalArgumentException("no fact '" + text + "'");
            }
            int at = text.indexOf("=");
            return Map.of(text.substring(0, at), text.substring(at + 1));
        }, NOW);
    }

    @Test
    void allThatIsAttachedIsRead() {
        KeyOrder order = of(Map.of("name", "kitchen", "tenant", "home", "pool", "family", "labels", "child, tablet",
                "models", "ollama/*, openai/gpt-5", "limits", "60 requests/minute, 100000 tokens per day", "defaults",
                "need=chat", "fixed", "privacy=local", "expires", "30d", "note", "the tablet"));

        assertThat(order.grant()).isEqualTo(new KeyGrant("home", "family", Set.of("child", "tablet"),
                List.of("ollama/*", "openai/gpt-5"),
                List.of(new KeyLimit(60, "requests", "minute"), new KeyLimit(100_000, "tokens", "day")),
                Map.of("need", "chat"), Map.of("privacy", "local")));
        assertThat(order.expires()).isEqualTo(Instant.parse("2026-12-20T12:00:00Z"));
        assertThat(order.role()).isNull();
        assertThat(of(Map.of("name", "b", "role", "read", "expires", "2027-01-31"))).isEqualTo(new KeyOrder("b",
                Role.READ, KeyGrant.of("default"), Instant.parse("2027-01-31T00:00:00Z"), ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "name     | ''                  | 'name' must be 1 to 64 letters, digits",
            "name     | a b                 | 'name' must be 1 to 64 letters, digits",
            "model    | ollama/*            | 'model' is not known; a key has defaults, expires",
            "models   | gpt-5               | 'models' must have names like provider/model, with *",
            "models   | ' , '               | 'models' is empty; leave it out or name something",
            "role     | root                | 'role' must be one of read, operate, admin, not 'root'",
            "limits   | 60/minute           | a limit must be like '60 requests/minute'",
            "limits   | 0 requests/minute   | a limit must be like '60 requests/minute'",
            "defaults | nonsense            | 'defaults': no fact 'nonsense'",
            "expires  | 2020-01-01          | 'expires' must be a duration such as 30d",
            "expires  | soon                | 'expires' must be a duration such as 30d",
            "tenant   | a;b                 | 'tenant' must be 1 to 64 letters",
            "labels   | 'a, b c'            | 'labels' must be 1 to 64 letters"})
    void whatIsWrongIsToldWithWhatWouldBeRight(String member, String value, String message) {
        Map<String, String> said = new HashMap<>(Map.of("name", "kitchen"));
        said.put(member, value);

        assertThatIllegalArgumentException().isThrownBy(() -> of(said)).withMessageContaining(message);
    }

    @Test
    void anAdminKeyHasNothingOfAClientsAndNoFactIsBoth() {
        assertThatIllegalArgumentException().isThrownBy(() -> of(Map.of("name", "a", "role", "admin", "models", "x/*")))
                .withMessageContaining("'models' is for keys of clients");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(Map.of("name", "a", "defaults", "risk=low", "fixed", "risk=high")))
                .withMessageContaining("'risk' is in 'defaults' and in 'fixed'");
    }

    /// Also one with a slip in it, whose checksum is wrong.
    @Test
    void aSecretStandsNowhere() {
        String key = KeyToken.make(KeyToken.CLIENT, "abcdefgh", new SecureRandom());
        for (String secret : List.of(key, key.substring(0, 30) + "Y".repeat(22))) {
            for (String member : List.of("name", "note", "tenant", "pool", "labels", "models", "limits", "defaults")) {
                Map<String, String> said = new HashMap<>(Map.of("name", "a"));
                said.put(member, secret);
                assertThatIllegalArgumentException().as(member).isThrownBy(() -> of(said))
                        .withMessage("'" + member + "' holds a key; what stands here is shown");
            }
        }
    }
}
