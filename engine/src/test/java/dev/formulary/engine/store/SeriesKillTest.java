package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Metric;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is kept outlives the process that is killed, and goes on where it was. The system property `formulary.series.kills` says how
/// often it is killed; preset: 2.
class SeriesKillTest {
    private static final int KILLS = Integer.getInteger("formulary.series.kills", 2);
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void whatWasKeptIsThereAfterAKill() throws Exception {
        var kept = new TreeMap<Instant, Double>();
        long next = START.toEpochMilli();
        for (int i = 0; i < KILLS; i++) {
            next = kill(next, 150, kept) + 5_000;
        }

        var reader = new SeriesReader(folder, folder);
        SeriesReport raw = reader.read(new SeriesQuery(Metric.HOST_CPU, null, START, START.plus(Duration.ofDays(1)),
                Duration.ZERO, null, List.of()));
        var found = new TreeMap<Instant, Double>();
        raw.lines().getFirst().points().forEach(each -> found.put(each.at(), each.median()));
        assertThat(found).containsAllEntriesOf(kept);
        assertThat(found.size()).as("nothing is invented").isBetween(kept.size(), kept.size() + KILLS * 2);
        SeriesReport minutes = reader.read(new SeriesQuery(Metric.HOST_CPU, null, START, kept.lastKey(),
                Duration.ofMinutes(1), null, List.of()));
        assertThat(minutes.lines().getFirst().points()).hasSizeGreaterThan(KILLS * 10).allSatisfy(each -> {
            List<Double> samples = List.copyOf(found.subMap(each.at(), each.at().plusSeconds(60)).values());
            assertThat(each.count()).isEqualTo(samples.size());
            assertThat(samples).contains(each.least(), each.most());
        });
    }

    private long kill(long from, int after, Map<Instant, Double> kept) throws Exception {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                SeriesChild.class.getName(), folder.toString(), Long.toString(from))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        int lines = 0;
        long last = from;
        try (var output = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.endsWith(".")) {
                    last = Long.parseLong(line.substring(0, line.length() - 1));
                    kept.put(Instant.ofEpochMilli(last), (double) (last % 997));
                }
                if (++lines == after) {
                    assertThat(child.toHandle().destroyForcibly()).isTrue();
                }
            }
        }
        assertThat(child.waitFor()).as("killed").isEqualTo(137);
        return last;
    }
}
