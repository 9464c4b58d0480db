package dev.formulary.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VendorWordsTest {
    private static final VendorWords WORDS = new VendorWords("the vendor", List.of("token-77"),
            Pattern.compile("\\bsk-\\w+"));

    @Test
    void saysWhoFailedAndHow() {
        assertThat(WORDS.said(503, "")).isEqualTo("the vendor answered with status 503");
        assertThat(WORDS.said(0, "  ")).isEqualTo("the vendor failed");
        assertThat(WORDS.said(400, " no\n such\tthing. "))
                .isEqualTo("the vendor answered with status 400: no such thing");
    }

    @Test
    void masksKeysAndWhatLooksLikeOne() {
        assertThat(WORDS.said(401, "token-77 or sk-abc is wrong"))
                .isEqualTo("the vendor answered with status 401: **** or **** is wrong");
        assertThat(new VendorWords("it", List.of(), null).masked("sk-abc")).isEqualTo("sk-abc");
    }

    @Test
    void isShort() {
        assertThat(WORDS.said(0, "x".repeat(1000))).isEqualTo("the vendor failed: " + "x".repeat(300) + "…");
    }

    @Test
    void findsPieces() {
        assertThat(VendorWords.any("the prompt is too long", List.of("no such", "too long"))).isTrue();
        assertThat(VendorWords.any("the prompt is too long", List.of("no such"))).isFalse();
    }
}
