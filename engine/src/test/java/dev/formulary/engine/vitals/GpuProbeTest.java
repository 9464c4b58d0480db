package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Gpu;
import dev.formulary.engine.facts.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuProbeTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private String tool(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void readsWhatTheToolOfTheDriverTells() throws IOException {
        String script = """
            [ "$1" = --query-gpu=name,memory.total,memory.used,utilization.gpu ] || exit 2
            echo "NVIDIA GeForce RTX 3090, 24576, 6144, 57"
            echo "NVIDIA GH200 480GB, [N/A], [N/A], 0"
            """;
        assertThat(new NvidiaCards(tool(script)).cards()).containsExactly(
                new Gpu("NVIDIA GeForce RTX 3090", 24_576 * MIB, 0.25, 0.57),
                new Gpu("NVIDIA GH200 480GB", -1, -1, 0));
    }

    @Test
    void aToolThatFailsOrIsNotThereFindsNone() throws IOException {
        assertThat(new NvidiaCards(tool("echo 'NVIDIA-SMI has failed because it could not communicate'; exit 9"))
                .cards()).isEmpty();
        assertThat(new NvidiaCards(tool("echo rubbish; echo 1,2")).cards()).isEmpty();
        var missing = new NvidiaCards(folder.resolve("none").toString());
        assertThat(missing.cards()).isEmpty();
        assertThat(missing.cards()).as("not asked again").isEmpty();
    }

    @Test
    void readsTheFilesOfTheDriver() throws IOException {
        file("card0/device/mem_info_vram_total", "8589934592\n");
        file("card0/device/mem_info_vram_used", "4294967296\n");
        file("card0/device/gpu_busy_percent", "30\n");
        file("card1/device/mem_info_vram_total", "1024\n");
        file("card0-HDMI-A-1/status", "connected");
        assertThat(new AmdCards(folder).cards()).containsExactlyInAnyOrder(
                new Gpu("amdgpu card0", 8_589_934_592L, 0.5, 0.3), new Gpu("amdgpu card1", 1024, -1, -1));
        assertThat(new AmdCards(folder.resolve("none")).cards()).isEmpty();
    }

    @Test
    void doesNotLookMoreOftenThanItIsWorth() {
        var now = new AtomicLong();
        var asked = new AtomicInteger();
        var probe = new GpuProbe(List.of(() -> {
            asked.incrementAndGet();
            return List.of(new Gpu("a", 1, 0.5, 0.1));
        }, List::of), now::get);
        assertThat(probe.cards()).hasSize(1);
        now.addAndGet(4_999_999_999L);
        probe.cards();
        assertThat(asked).hasValue(1);
        now.incrementAndGet();
        probe.cards();
        assertThat(asked).hasValue(2);
    }

    @Test
    void theHostIsAsBusyAsItsBusiestCardAndUnknownIsNeverZero() {
        assertThat(Host.UNKNOWN.gpu()).isEqualTo(-1);
        assertThat(Host.UNKNOWN.gpuMemory()).isEqualTo(-1);
        var host = new Host(0, 0, 0, 0, 1, List.of(new Gpu("a", 1, 0.2, 0.9), new Gpu("b", 1, 0.7, -1)));
        assertThat(host.gpu()).isEqualTo(0.9);
        assertThat(host.gpuMemory()).isEqualTo(0.7);
    }
}
