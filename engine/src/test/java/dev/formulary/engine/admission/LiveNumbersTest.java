package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveNumbersTest {
    @TempDir
    Path folder;
    private Path file;

    @BeforeEach
    void begin() {
        file = folder.resolve("numbers.live");
    }

    private LiveNumbers open(String... names) throws IOException {
        return LiveNumbers.open(file, new LinkedHashSet<>(List.of(names)), 2);
    }

    @Test
    void whatWasStoredIsThereForTheNextWhoOpensIt() throws Exception {
        LiveNumbers.Row row = open("a", "b").row("b");
        row.set(0, 7);
        row.set(1, Long.MIN_VALUE);
        // not closed, as after a kill
        LiveNumbers.Row again = open("b", "c").row("b");
        assertThat(again.get(0)).isEqualTo(7);
        assertThat(again.get(1)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void namesThatAreNewBeginWithNothingAndOldOnesAreForgotten() throws Exception {
        open("a").row("a").set(0, 7);
        assertThat(open("b").row("b").get(0)).isZero();
        assertThat(open("a").row("a").get(0)).isZero();
        assertThatThrownBy(() -> open("a").row("z")).hasMessage("there are no numbers for 'z'");
    }

    @Test
    void aFileThatIsNoSuchFileIsLeftAlone() throws Exception {
        for (byte[] rubbish : List.of("rubbish".getBytes(StandardCharsets.UTF_8), new byte[24_008], new byte[0])) {
            Files.write(file, rubbish);
            assertThatThrownBy(() -> open("a"))
                    .hasMessage("the file " + file + " is damaged; remove it to begin with nothing");
            assertThat(file).hasBinaryContent(rubbish);
        }
    }

    @Test
    void aFileOfAnotherWidthIsNoSuchFile() throws Exception {
        open("a").force();
        assertThatThrownBy(() -> LiveNumbers.open(file, new LinkedHashSet<>(List.of("a")), 3))
                .hasMessageContaining("is damaged");
    }

    @Test
    void withoutAFileTheNumbersLastAsLongAsTheProcess() {
        LiveNumbers.Row row = LiveNumbers.volatileOnly(new LinkedHashSet<>(List.of("a")), 2).row("a");
        row.set(1, 5);
        assertThat(row.get(1)).isEqualTo(5);
    }
}
