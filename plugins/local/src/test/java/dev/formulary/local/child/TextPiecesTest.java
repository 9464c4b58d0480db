package dev.formulary.local.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Characters and stop texts, however the text comes.
class TextPiecesTest {
    private static final String TEXT = "a\u00e9\u20ac\ud83d\ude00 caf\u00e9";

    @Test
    void charactersComeWholeHoweverTheirBytesAreSplit() {
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                var tail = new Utf8Tail();
                String one = tail.add(Arrays.copyOfRange(bytes, 0, first));
                String two = tail.add(Arrays.copyOfRange(bytes, first, second));
                String three = tail.add(Arrays.copyOfRange(bytes, second, bytes.length));
                assertThat(one + two + three + tail.rest()).isEqualTo(TEXT);
                assertThat(one + two).doesNotContain("\ufffd");
            }
        }
    }

    @Test
    void bytesThatAreNoCharacterAreReplaced() {
        var tail = new Utf8Tail();
        assertThat(tail.add(new byte[]{(byte) 0x80, 'a', (byte) 0xFF, 'b', (byte) 0xE2})).isEqualTo("\ufffda\ufffdb");
        assertThat(tail.rest()).isEqualTo("\ufffd");
        assertThat(tail.rest()).isEmpty();
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            var split = new Utf8Tail();
            int at = random.nextInt(bytes.length + 1);
            split.add(Arrays.copyOf(bytes, at));
            split.add(Arrays.copyOfRange(bytes, at, bytes.length));
            split.rest();
        }
    }

    @Test
    void theFirstStopTextEndsTheTextHoweverItIsSplit() {
        String text = "one two three stop four";
        for (List<String> stops : List.of(List.of("stop"), List.of("nothing"), List.of("four", "two"), List.of("e st"),
                List.of(""), List.of("three stop four five", "p"))) {
            int end = stops.stream().filter(stop -> !stop.isEmpty()).mapToInt(text::indexOf).filter(at -> at >= 0)
                    .min().orElse(text.length());
            for (int first = 0; first <= text.length(); first++) {
                for (int second = first; second <= text.length(); second++) {
                    var stop = new StopTexts(stops);
                    String said = stop.add(text.substring(0, first)) + stop.add(text.substring(first, second))
                            + stop.add(text.substring(second)) + stop.rest();
                    assertThat(said).as("%s split at %d and %d", stops, first, second)
                            .isEqualTo(text.substring(0, end));
                    assertThat(stop.found()).isEqualTo(end < text.length());
                }
            }
        }
    }

    @Test
    void onlyWhatMayBeginAStopTextIsHeldBack() {
        var stop = new StopTexts(List.of("###", "#x"));
        assertThat(stop.add("a")).isEqualTo("a");
        assertThat(stop.add("b##")).isEqualTo("b");
        assertThat(stop.add("#c")).isEmpty();
        assertThat(stop.add("d")).as("after the end").isEmpty();
        assertThat(stop.rest()).isEmpty();
    }
}
