package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that is too large, packed or not, neither fills the disk nor holds anybody up.
class StagingTest {
    @TempDir
    Path folder;

    private Path jar(int entries, int bytesEach) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < entries; i++) {
                zip.putNextEntry(new ZipEntry("entry-" + i));
                zip.write(new byte[bytesEach]);
            }
        }
        return Files.write(folder.resolve("some.jar"), bytes.toByteArray());
    }

    @Test
    void aFileThatIsTooLargeIsNotEvenCopied() throws Exception {
        var staging = new Staging(folder.resolve("work"), 100, Long.MAX_VALUE);
        Path large = Files.write(folder.resolve("large.jar"), new byte[101]);

        assertThatThrownBy(() -> staging.copy(large)).isInstanceOf(Refusal.class)
                .hasMessage("the file has 101 bytes; a plug-in may have 100");
        try (var left = Files.list(folder.resolve("work"))) {
            assertThat(left).isEmpty();
        }
        assertThat(staging.copy(Files.write(large, new byte[100])).sha256()).hasSize(64);
    }

    @Test
    void entriesThatAreTooLargeTogetherAreRefusedHoweverSmallTheyArePacked() throws Exception {
        var staging = new Staging(folder.resolve("work"), Long.MAX_VALUE, 1_000_000);

        Staging.Copy bomb = staging.copy(jar(5, 200_001));
        assertThat(Files.size(bomb.path())).isLessThan(10_000);
        assertThatThrownBy(() -> staging.accept(bomb)).isInstanceOf(Refusal.class)
                .hasMessage("the JAR unpacks to more than 1000000 bytes");
        assertThat(staging.accept(staging.copy(jar(5, 200_000)))).exists();
    }
}
