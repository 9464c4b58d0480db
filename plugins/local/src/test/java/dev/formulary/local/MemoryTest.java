package dev.formulary.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much a model needs and how much there is.
class MemoryTest {
    private static final long GIB = 1L << 30;

    @TempDir
    Path root;

    private ModelFile file(GgufBytes bytes) throws Exception {
        return ModelFile.read(Reciter.write(root, "model", bytes), new ModelFile.Stamp(0, 0, null));
    }

    /// The measures of a well-known model of eight thousand million parameters.
    private static GgufBytes eightBillion() {
        return new GgufBytes().value("general.architecture", "llama").value("llama.context_length", 131_072)
                .value("llama.block_count", 32).value("llama.embedding_length", 4096)
                .value("llama.feed_forward_length", 14_336).value("llama.attention.head_count", 32)
                .value("llama.attention.head_count_kv", 8)
                .value("tokenizer.ggml.tokens", Collections.nCopies(1000, "a")).tensor("t", new float[1024], 1024);
    }

    @Test
    void theContextTakesTwoHalvesForEachPlaceOfEachHead() throws Exception {
        MemoryNeed need = MemoryNeed.of(file(eightBillion()), 8192, 512, 0);
        assertThat(need.context()).isEqualTo(GIB);
        assertThat(need.weights()).isEqualTo(4096);
        assertThat(need.buffers()).isEqualTo(4L * 512 * (1000 + 6 * 4096 + 3 * 14_336 + 8192));
        assertThat(need.total()).isEqualTo(4096 + GIB + need.buffers() + MemoryNeed.PROCESS);
    }

    @Test
    void headsMayHaveTheirOwnSizesAndLayersTheirOwnHeads() throws Exception {
        List<Integer> heads = Collections.nCopies(31, 8);
        var mixed = eightBillion().value("llama.attention.key_length", 192).value("llama.attention.value_length", 64);
        assertThat(MemoryNeed.of(file(mixed), 8192, 512, 0).context()).isEqualTo(GIB);
        List<Integer> one = new ArrayList<>(heads);
        one.add(0);
        assertThat(MemoryNeed.of(file(mixed.value("llama.attention.head_count_kv", one)), 8192, 512, 0).context())
                .isEqualTo(GIB / 32 * 31);
    }

    @Test
    void whatLiesOnTheGraphicsCardIsNotTakenHere() throws Exception {
        ModelFile file = file(eightBillion());
        assertThat(MemoryNeed.of(file, 8192, 512, 24).context()).isEqualTo(GIB / 4);
        assertThat(MemoryNeed.of(file, 8192, 512, 24).weights()).isEqualTo(1024);
        assertThat(MemoryNeed.of(file, 8192, 512, -1).context()).isZero();
        assertThat(MemoryNeed.of(file, 8192, 512, 99).weights()).isZero();
    }

    @Test
    void aModelThatOnlyReadsKeepsNoContext() throws Exception {
        var encoder = new GgufBytes().value("general.architecture", "bert").value("bert.context_length", 512)
                .value("bert.block_count", 12).value("bert.embedding_length", 384)
                .value("tokenizer.ggml.tokens", List.of("a")).tensor("t", new float[1], 1);
        assertThat(MemoryNeed.of(file(encoder), 512, 512, 0).context()).isZero();
    }

    @Test
    void numbersAreToldAsPeopleReadThem() {
        assertThat(MemoryNeed.megabytes(1)).isEqualTo("1 MB");
        assertThat(MemoryNeed.megabytes(9_876_543_210L)).isEqualTo("9877 MB");
        assertThat(MemoryNeed.megabytes(12_345_678_901L)).isEqualTo("12.3 GB");
    }

    // ---- what there is

    @BeforeEach
    void machine() throws IOException {
        write("proc/meminfo", "MemTotal:       25276000 kB\nMemFree:  1 kB\nMemAvailable:   1000 kB\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private long available() {
        return new HostMemory(root).available();
    }

    @Test
    void theMachineSaysHowMuchIsLeft() {
        assertThat(available()).isEqualTo(1_024_000);
    }

    @Test
    void nothingIsKnownElsewhere() throws IOException {
        Files.delete(root.resolve("proc/meminfo"));
        assertThat(available()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theTightestGroupDecides() throws IOException {
        write("proc/self/cgroup", "0::/a/b\n");
        write("sys/fs/cgroup/a/b/memory.max", "max\n");
        write("sys/fs/cgroup/a/b/memory.current", "100\n");
        write("sys/fs/cgroup/a/memory.max", "900000\n");
        write("sys/fs/cgroup/a/memory.current", "500000\n");
        write("sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 100000\nactive_file 50000\n");
        assertThat(available()).isEqualTo(550_000);
        write("sys/fs/cgroup/memory.max", "600000\n");
        write("sys/fs/cgroup/memory.current", "700000\n");
        assertThat(available()).isZero();
    }

    @Test
    void theOlderGroupsAreReadToo() throws IOException {
        write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/x\n");
        write("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "5\n");
        assertThat(available()).isEqualTo(1_024_000);
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "500000\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "400000\n");
        write("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 1000\ntotal_active_file 1\n");
        assertThat(available()).isEqualTo(101_001);
    }

    @Test
    void thisMachineHasSome() {
        assertThat(new HostMemory().available()).isPositive();
    }
}
