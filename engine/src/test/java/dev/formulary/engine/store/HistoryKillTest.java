package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Turn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Turns outlive the process that is killed while it writes them.
class HistoryKillTest {
    private static final int FIRST = 25;

    @TempDir
    Path folder;

    @Test
    void afterAKillAllIsThereThatACallCouldHaveFoundAndNoHalfTurn() throws Exception {
        int found = killedAfter(FIRST);
        List<Turn> left = left();
        assertThat(left).hasSizeGreaterThan(found);
        for (int i = 0; i < left.size(); i++) {
            assertThat(left.get(i).asked()).startsWith("question " + i + "x")
                    .hasSize(TurnWriter.turn(i).asked().length());
            assertThat(left.get(i).answered()).startsWith("answer " + i + "x")
                    .hasSize(TurnWriter.turn(i).answered().length());
        }
    }

    /// @return the last number that it had printed
    private int killedAfter(int number) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), TurnWriter.class.getName(),
                folder.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> lines = new ArrayList<>();
        try (var output = new BufferedReader(
                new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.matches("\\d+")) {
                    lines.add(line);
                }
                if (line.equals(Integer.toString(number))) {
                    // the process itself would close its output, and with it what it printed last
                    assertThat(writer.toHandle().destroyForcibly()).isTrue();
                }
            }
        }
        assertThat(writer.waitFor()).as("killed").isEqualTo(137);
        assertThat(lines).hasSizeGreaterThan(number);
        return Integer.parseInt(lines.getLast());
    }

    private List<Turn> left() throws IOException {
        var told = new ArrayList<String>();
        try (var history = new History(TurnWriter.settings(), folder, folder, _ -> 1, notice -> told.add(notice.code()),
                Clock.systemUTC(), 0)) {
            List<Turn> turns = history.before(TurnWriter.NAME).turns();
            assertThat(told).isEmpty();
            return turns;
        }
    }
}
