package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Gpu;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuSensorTest {
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
            [ "$1" = --query-gpu=name,memory.total,memory.used,utilization.gpu,temperature.gpu ] || exit 2
            echo "NVIDIA GeForce RTX 3090, 24576, 6144, 57, 63"
            echo "NVIDIA GH200 480GB, [N/A], [N/A], 0, [N/A]"
            """;
        assertThat(new NvidiaCards(tool(script)).cards()).containsExactly(
                new GpuSensor.Card(new Gpu("NVIDIA GeForce RTX 3090", 24_576 * MIB, 0.25, 0.57), 63),
                new GpuSensor.Card(new Gpu("NVIDIA GH200 480GB", -1, -1, 0), -1));
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
        file("card0/device/hwmon/hwmon3/temp1_input", "47500\n");
        file("card1/device/mem_info_vram_total", "1024\n");
        file("card0-HDMI-A-1/status", "connected");
        assertThat(new AmdCards(folder).cards()).containsExactlyInAnyOrder(
                new GpuSensor.Card(new Gpu("amdgpu card0", 8_589_934_592L, 0.5, 0.3), 47.5),
                new GpuSensor.Card(new Gpu("amdgpu card1", 1024, -1, -1), -1));
        assertThat(new AmdCards(folder.resolve("none")).cards()).isEmpty();
    }

    @Test
    void equalCardsAreToldApart() {
        var twin = new GpuSensor.Card(new Gpu("twin", 1, 0.5, -1), 60);
        var sensor = new GpuSensor(List.of(() -> List.of(twin, twin), () -> List.of(
                new GpuSensor.Card(new Gpu("other", 1, -1, 0.1), -1))));

        assertThat(sensor.read()).contains(new Reading(Metric.GPU_MEMORY, "twin #1", 0.5),
                new Reading(Metric.GPU_TEMPERATURE, "twin #2", 60), new Reading(Metric.GPU_BUSY, "other", 0.1));
        assertThat(sensor.last()).hasSize(3);
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
