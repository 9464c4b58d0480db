package dev.formulary.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was written down is told although the process that wrote it was killed, and by the id that it had.
class OutboxKillTest {
    private static final String LAST = "written c40";

    @TempDir
    Path folder;
    private final Set<String> written = new HashSet<>();
    private final Map<String, String> told = new HashMap<>();

    @Test
    void whatAKilledProcessWroteDownIsTold() throws Exception {
        kill();
        assertThat(told).isNotEmpty();
        try (var next = new Channels(folder, Channels.channel("one"))) {
            next.clock.set(Instant.now().plusSeconds(60));
            next.run();

            assertThat(next.told).isNotEmpty();
            for (Channels.Told each : next.told) {
                String code = each.event().alert().code();
                assertThat(told.getOrDefault(code, each.event().id())).isEqualTo(each.event().id());
                told.put(code, each.event().id());
            }
            assertThat(told.keySet()).containsAll(written);
        }
    }

    private void kill() throws Exception {
        Process writer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), KilledOutbox.class.getName(),
                folder.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var output = new BufferedReader(
                new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] words = line.split(" ", 3);
                if (words[0].equals("written")) {
                    written.add(words[1]);
                } else if (words[0].equals("told") && words.length == 3) {
                    told.put(words[2], words[1]);
                }
                if (line.equals(LAST)) {
                    assertThat(writer.toHandle().destroyForcibly()).isTrue();
                }
            }
        }
        assertThat(writer.waitFor()).as("killed").isEqualTo(137);
        assertThat(written).hasSizeGreaterThan(40);
    }
}
