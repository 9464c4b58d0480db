package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.admission.Keyring.Caller;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {
    private static final Keyring KEYRING = new Keyring(
            List.of(key("phone", "sk-one", "home"), key("laptop", "sk-zwö", "work")));

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Bearer anything", "Basic abc"})
    void withoutKeysEverybodyIsTheDefaultTenant(String authorization) {
        var open = new Keyring(List.of());
        assertThat(open.required()).isFalse();
        assertThat(open.caller(authorization)).contains(new Caller("", "default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer sk-one", "bearer sk-one", "BEARER sk-one", "Bearer   sk-one "})
    void aRightKeyNamesItsCaller(String authorization) {
        assertThat(KEYRING.required()).isTrue();
        assertThat(KEYRING.caller(authorization)).contains(new Caller("phone", "home"));
        assertThat(KEYRING.caller("Bearer sk-zwö")).contains(new Caller("laptop", "work"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "sk-one", "Bearer", "Bearer ", "Bearer sk-On", "Bearer sk-one1", "Basic sk-one",
            "Bearer SK-ONE"})
    void anythingElseIsNobody(String authorization) {
        assertThat(KEYRING.caller(authorization)).isEmpty();
    }
}
