package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What was measured every five seconds on a machine with two cores that built software the whole time.
///
/// @param spread of all of it
record Recorded(String words, Samples samples, double spread) {
    private static final String FILE = "/dev/formulary/engine/statistics/recorded.csv";
    private static final List<String> WORDS = List.of("processors in use", "memory in use", "bytes received a second",
            "a write to the disk", "a piece of work of half a millisecond");

    static Stream<Recorded> all() {
        List<String[]> rows;
        try (InputStream in = Objects.requireNonNull(Recorded.class.getResourceAsStream(FILE))) {
            rows = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).map(line -> line.split(","))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long[] times = rows.stream().mapToLong(row -> Series.START + Math.round(1_000 * Double.parseDouble(row[0])))
                .toArray();
        return IntStream.range(0, WORDS.size()).mapToObj(column -> {
            double[] values = rows.stream().mapToDouble(row -> Double.parseDouble(row[column + 1])).toArray();
            return new Recorded(WORDS.get(column), new Samples(times, values),
                    Robust.spread(values, Robust.median(values)));
        });
    }
}
