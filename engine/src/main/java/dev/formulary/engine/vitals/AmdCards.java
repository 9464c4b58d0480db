package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Gpu;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads what the driver `amdgpu` tells in files, one folder a card: `mem_info_vram_total` and `mem_info_vram_used` in bytes,
/// `gpu_busy_percent`, and `hwmon/hwmon*/temp1_input` in thousandths of a degree; source: the kernel's documentation of that driver, "Miscellaneous" and "GPU Power/Thermal Controls".
final class AmdCards implements GpuSensor.Source {
    /// Where Linux shows graphics cards.
    static final Path LINUX = Path.of("/sys/class/drm");
    private static final long UNKNOWN = -1;

    private final Path folder;

    AmdCards(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<GpuSensor.Card> cards() {
        var cards = new ArrayList<GpuSensor.Card>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "card[0-9]*")) {
            for (Path each : all) {
                Path device = each.resolve("device");
                long total = number(device.resolve("mem_info_vram_total"));
                // outputs of a card are listed beside it, and have no memory
                if (total > 0) {
                    cards.add(card(each.getFileName().toString(), device, total));
                }
            }
        } catch (IOException e) {
            // not Linux, or no card
        }
        return cards;
    }

    private static GpuSensor.Card card(String name, Path device, long total) {
        long used = number(device.resolve("mem_info_vram_used"));
        long busy = number(device.resolve("gpu_busy_percent"));
        return new GpuSensor.Card(new Gpu("amdgpu " + name, total,
                used < 0 ? UNKNOWN : Math.min(1, (double) used / total),
                busy < 0 ? UNKNOWN : Math.min(1, busy / 100.0)), celsius(device.resolve("hwmon")));
    }

    /// Of the edge of the chip.
    private static double celsius(Path sensors) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(sensors, "hwmon[0-9]*")) {
            for (Path each : all) {
                long thousandths = number(each.resolve("temp1_input"));
                if (thousandths > 0) {
                    return thousandths / 1_000.0;
                }
            }
        } catch (IOException e) {
            // it tells none
        }
        return UNKNOWN;
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return UNKNOWN;
        }
    }
}
