package dev.formulary.engine.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTokenTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void aKeyHasTheFormThatScannersLookForAndNoTwoAreAlike() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            String prefix = i % 2 == 0 ? KeyToken.CLIENT : KeyToken.ADMIN;
            String id = KeyToken.id(RANDOM);
            String key = KeyToken.make(prefix, id, RANDOM);
            assertThat(key).matches("fm[la]_[0-9A-Za-z]{8}_[0-9A-Za-z]{39}").startsWith(prefix + id + "_").hasSize(52);
            assertThat(KeyToken.looksIssued(key)).isTrue();
            assertThat(seen.add(key)).isTrue();
        }
    }

    @Test
    void everyChangedCharacterIsNoticed() {
        String key = KeyToken.make(KeyToken.CLIENT, KeyToken.id(RANDOM), RANDOM);
        for (int i = 4; i < key.length(); i++) {
            char other = key.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(KeyToken.looksIssued(key.substring(0, i) + other + key.substring(i + 1))).as("at " + i)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sk-one", "fml_", "fml_abcdefgh_short"})
    void otherTextsAreNone(String text) {
        assertThat(KeyToken.looksIssued(text)).isFalse();
        assertThat(KeyToken.masked(text)).isEqualTo(text);
    }

    @Test
    void theSecretOfAKeyInATextIsMasked() {
        String key = KeyToken.make(KeyToken.ADMIN, "abcdefgh", RANDOM);
        assertThat(KeyToken.masked("see " + key + ", that one")).isEqualTo("see fma_abcdefgh_****, that one");
    }
}
