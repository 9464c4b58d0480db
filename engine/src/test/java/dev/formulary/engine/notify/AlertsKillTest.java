package dev.formulary.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Alerts of a process that is killed again and again: what its channel hears is one story, in which each opening is followed by
/// its end, and an event that comes twice has the same id.
class AlertsKillTest {
    private static final int KILLS = Integer.getInteger("alert.kills", 3);
    private static final int EACH = 150;

    @TempDir
    Path folder;
    private final Map<String, String> told = new LinkedHashMap<>();
    private int step;

    @Test
    void killsLeaveOneStory() throws Exception {
        var random = new Random(11);
        for (int i = 0; i < KILLS; i++) {
            run(step + EACH, random.nextInt(10, EACH - 10));
        }
        run(step + EACH, Integer.MAX_VALUE);

        Set<String> open = new HashSet<>();
        int openings = 0;
        for (String event : told.values()) {
            String[] words = event.split(" ", -1);
            for (String resource : List.of(words).subList(1, words.length)) {
                boolean fits = words[0].equals("resolved") ? open.remove(resource) : open.add(resource);
                assertThat(fits || words[0].equals("flapping")).as("%s in %s", event, told.values()).isTrue();
                openings += words[0].equals("opened") ? 1 : 0;
            }
        }
        assertThat(openings).isGreaterThan(KILLS);
        for (int i = 0; i < KilledAlerts.RESOURCES; i++) {
            if (KilledAlerts.isSo(i, step)) {
                assertThat(open).as("what is so at the end").contains("m" + i);
            }
        }
    }

    private void run(int last, int kill) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), KilledAlerts.class.getName(),
                folder.toString(), Integer.toString(step), Integer.toString(last))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        int killed = step + kill;
        try (var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] words = line.split(" ", 3);
                if (words[0].equals("step") && words.length == 2) {
                    step = Integer.parseInt(words[1]);
                    if (step == killed) {
                        assertThat(process.toHandle().destroyForcibly()).isTrue();
                    }
                } else if (words[0].equals("told") && words.length == 3) {
                    assertThat(told.getOrDefault(words[1], words[2])).isEqualTo(words[2]);
                    told.put(words[1], words[2]);
                }
            }
        }
        assertThat(process.waitFor()).isEqualTo(kill == Integer.MAX_VALUE ? 0 : 137);
    }
}
