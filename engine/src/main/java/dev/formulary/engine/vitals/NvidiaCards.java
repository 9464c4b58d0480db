package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Gpu;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the tool `nvidia-smi`, which comes with the driver. Where it can't be started it is not asked again.
///
/// Its output is one line a card, `name, memory.total [MiB], memory.used [MiB], utilization.gpu [%], temperature.gpu`, with `[N/A]` for what the
/// card does not tell; source: `nvidia-smi --help-query-gpu`.
final class NvidiaCards implements GpuSensor.Source {
    private static final Logger LOG = LoggerFactory.getLogger(NvidiaCards.class);
    private static final int FIELDS = 5;
    private static final int MOST_BYTES = 64 * 1024;
    private static final long PATIENCE_MS = 2_000;
    private static final long MIB = 1 << 20;

    private final List<String> command;
    private boolean missing;

    /// @param tool the program, by name or path
    NvidiaCards(String tool) {
        command = List.of(tool, "--query-gpu=name,memory.total,memory.used,utilization.gpu,temperature.gpu",
                "--format=csv,noheader,nounits");
    }

    @Override
    public List<GpuSensor.Card> cards() {
        if (missing) {
            return List.of();
        }
        try {
            return read(ask());
        } catch (IOException e) {
            missing = true;
            LOG.debug("no cards by this tool tool={} cause={}", command.getFirst(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of();
    }

    private String ask() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                return "";
            }
            return new String(process.getInputStream().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }

    static List<GpuSensor.Card> read(String lines) {
        var cards = new ArrayList<GpuSensor.Card>();
        lines.lines().forEach(line -> {
            String[] fields = line.split(",", -1);
            if (fields.length == FIELDS) {
                double total = number(fields[1]);
                double used = number(fields[2]);
                double busy = number(fields[3]);
                var gpu = new Gpu(fields[0].strip(), total < 0 ? -1 : (long) (total * MIB),
                        total <= 0 || used < 0 ? -1 : Math.min(1, used / total),
                        busy < 0 ? -1 : Math.min(1, busy / 100));
                cards.add(new GpuSensor.Card(gpu, number(fields[4])));
            }
        });
        return cards;
    }

    /// -1 for what is not told.
    private static double number(String field) {
        String text = field.strip();
        boolean plain = !text.isEmpty() && text.length() < 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return plain ? Double.parseDouble(text) : -1;
    }
}
