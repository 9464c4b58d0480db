package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Two sets of files have the same hash when they are the same, and only then.
class DigestTest {
    private static String of(String... namesAndTexts) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            files.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return Digest.of(files);
    }

    @Test
    void whateverIsDifferentIsSeen() {
        assertThat(
                Stream.of(of(), of("a", ""), of("a", "bc"), of("ab", "c"), of("a", "b", "c", ""), of("a", "b", "", "c"),
                        of("a", "", "b", "c"), of("a", "c", "b", ""), of("b", "bc")))
                .doesNotHaveDuplicates()
                .allMatch(hash -> hash.matches("[0-9a-f]{64}"));
        assertThat(Stream.of(Digest.of(), Digest.of(""), Digest.of("ab"), Digest.of("a", "b"), Digest.of("b", "a"),
                Digest.of("a", "b", ""))).doesNotHaveDuplicates();
    }

    @Test
    void theOrderOfTheFilesIsNot() {
        assertThat(of("a", "1", "b", "2")).isEqualTo(of("b", "2", "a", "1"));
    }
}
