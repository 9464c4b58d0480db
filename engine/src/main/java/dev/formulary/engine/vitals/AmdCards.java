package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Gpu;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads what the driver `amdgpu` tells in files, one folder a card: `mem_info_vram_total` and `mem_info_vram_used` in bytes,
/// `gpu_busy_percent`; source: the kernel's documentation of that driver, "Miscellaneous" and "GPU Power/Thermal Controls".
final class AmdCards implements GpuProbe.Source {
    /// Where Linux shows graphics cards.
    static final Path LINUX = Path.of("/sys/class/drm");
    private static final long UNKNOWN = -1;

    private final Path folder;

    AmdCards(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<Gpu> cards() {
        var cards = new ArrayList<Gpu>();
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

    private static Gpu card(String name, Path device, long total) {
        long used = number(device.resolve("mem_info_vram_used"));
        long busy = number(device.resolve("gpu_busy_percent"));
        return new Gpu("amdgpu " + name, total, used < 0 ? UNKNOWN : Math.min(1, (double) used / total),
                busy < 0 ? UNKNOWN : Math.min(1, busy / 100.0));
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return UNKNOWN;
        }
    }
}
