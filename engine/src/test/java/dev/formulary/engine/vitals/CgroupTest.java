package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {
    @TempDir
    Path folder;

    @Test
    void readsVersionTwoOfItsOwnGroup() throws IOException {
        write("memory.stat", "inactive_file 1\n");
        write("app/web/memory.stat", "anon 7\ninactive_file 4096\nactive_file 2\n");

        assertThat(cgroup("0::/app/web\n").reclaimable()).isEqualTo(4096);
    }

    @Test
    void insideAContainerItsOwnGroupIsTheRoot() throws IOException {
        write("memory.stat", "inactive_file 8192\n");

        assertThat(cgroup("0::/docker/abc\n").reclaimable()).isEqualTo(8192);
    }

    @Test
    void readsVersionOneWithAllBelow() throws IOException {
        write("memory/app/memory.stat", "inactive_file 1\ntotal_inactive_file 12288\n");

        assertThat(cgroup("5:cpu:/\n4:memory:/app\n0::/\n").reclaimable()).isEqualTo(12288);
    }

    @Test
    void knowsNothingWithoutStatistics() throws IOException {
        assertThat(cgroup("").reclaimable()).isZero();
        write("memory.stat", "inactive_file many\n");
        assertThat(cgroup("0::/\n").reclaimable()).isZero();
    }

    private Cgroup cgroup(String memberships) throws IOException {
        write("memberships", memberships);
        return new Cgroup(folder.resolve("memberships"), folder);
    }

    private void write(String file, String content) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
