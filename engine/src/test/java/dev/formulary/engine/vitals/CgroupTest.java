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

    @Test
    void theTightestGroupAroundItHolds() throws IOException {
        write("memory.stat", "inactive_file 0\n");
        write("app/memory.stat", "inactive_file 300\n");
        write("app/memory.max", "1000\n");
        write("app/memory.current", "900\n");
        write("app/web/memory.stat", "inactive_file 50\n");
        write("app/web/memory.max", "max\n");
        write("app/web/memory.current", "500\n");
        Cgroup cgroup = cgroup("0::/app/web\n");

        assertThat(cgroup.memory()).isEqualTo(new Cgroup.Room(1000, 600));
        write("app/web/memory.max", "600\n");
        assertThat(cgroup.memory()).as("150 are left, not 400").isEqualTo(new Cgroup.Room(600, 450));
    }

    @Test
    void readsProcessorsOfVersionTwo() throws IOException {
        write("cpu.stat", "usage_usec 9\n");
        write("app/cpu.stat", "usage_usec 5000000\nuser_usec 1\n");
        write("app/cpu.max", "150000 100000\n");
        Cgroup cgroup = cgroup("0::/app\n");

        assertThat(cgroup.cpuQuota()).isEqualTo(1.5);
        assertThat(cgroup.cpuNanos()).isEqualTo(5_000_000_000L);
        write("app/cpu.max", "max 100000\n");
        assertThat(cgroup.cpuQuota()).isZero();
    }

    @Test
    void readsLimitsOfVersionOne() throws IOException {
        write("memory/docker/x/memory.stat", "inactive_file 1\ntotal_inactive_file 100\n");
        write("memory/docker/x/memory.limit_in_bytes", "4096\n");
        write("memory/docker/x/memory.usage_in_bytes", "1100\n");
        write("cpu,cpuacct/docker/x/cpu.cfs_quota_us", "50000\n");
        write("cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
        write("cpu,cpuacct/docker/x/cpuacct.usage", "77\n");
        Cgroup cgroup = cgroup("5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n");

        assertThat(cgroup.memory()).isEqualTo(new Cgroup.Room(4096, 1000));
        assertThat(cgroup.cpuQuota()).isEqualTo(0.5);
        assertThat(cgroup.cpuNanos()).isEqualTo(77);
        write("memory/docker/x/memory.limit_in_bytes", "9223372036854771712\n");
        write("cpu,cpuacct/docker/x/cpu.cfs_quota_us", "-1\n");
        assertThat(cgroup.memory()).as("no limit").isEqualTo(new Cgroup.Room(0, -1));
        assertThat(cgroup.cpuQuota()).isZero();
    }

    @Test
    void whatIsNotToldIsUnknown() throws IOException {
        Cgroup cgroup = cgroup("0::/app\n");

        assertThat(cgroup.memory()).isEqualTo(new Cgroup.Room(0, -1));
        assertThat(cgroup.cpuQuota()).isZero();
        assertThat(cgroup.cpuNanos()).isEqualTo(-1);
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
