package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every shape of answer that servers are known to give, torn at every place.
class RecordingsTest {

    static List<Recording> recordings() {
        return Recording.all();
    }

    static List<Recording> streams() {
        return Recording.all().stream().filter(Recording::isStream).toList();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void saysWhatItSays(Recording recording) throws Exception {
        assertThat(Recording.read(recording.isStream(), recording.body()))
                .containsExactlyElementsOf(recording.says());
    }

    @ParameterizedTest
    @MethodSource("streams")
    void saysTheSameHoweverItIsTorn(Recording recording) throws Exception {
        for (int at = 0; at <= recording.body().length; at++) {
            assertThat(Recording.read(true, recording.splitAt(at))).as("torn at byte %d", at)
                    .isEqualTo(recording.says());
        }
        assertThat(Recording.read(true, recording.single())).as("byte by byte").isEqualTo(recording.says());
    }
}
