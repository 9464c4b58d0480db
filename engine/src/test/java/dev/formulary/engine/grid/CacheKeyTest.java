package dev.formulary.engine.grid;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CacheKeyTest {

    private static CacheKey key(List<String> parts) {
        CacheKey.Builder builder = CacheKey.builder();
        parts.forEach(builder::add);
        return builder.build();
    }

    @Test
    void equalPartsGiveEqualKeys() {
        assertThat(key(List.of("a", "b"))).isEqualTo(key(List.of("a", "b"))).hasSameHashCodeAs(key(List.of("a", "b")));
        assertThat(CacheKey.builder().add("ä".getBytes(StandardCharsets.UTF_8)).build()).isEqualTo(key(List.of("ä")));
    }

    @Test
    void whereOnePartEndsMatters() {
        assertThat(key(List.of("ab", "c"))).isNotEqualTo(key(List.of("a", "bc"))).isNotEqualTo(key(List.of("abc")))
                .isNotEqualTo(key(List.of("ab", "c", "")));
        assertThat(key(List.of())).isNotEqualTo(key(List.of("")));
    }

    @Test
    void noTwoListsOfPartsCollide() {
        var random = new Random(3);
        var seen = new HashMap<CacheKey, List<String>>();
        for (int i = 0; i < 20_000; i++) {
            List<String> parts = new ArrayList<>();
            for (int part = random.nextInt(4); part > 0; part--) {
                parts.add("ab\0".repeat(3).substring(0, random.nextInt(10)));
            }
            List<String> other = seen.putIfAbsent(key(parts), parts);
            assertThat(other == null || other.equals(parts)).isTrue();
        }
    }
}
