package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
    void aFileThatIsNoSuchFileHoldsNothing() throws Exception {
        Files.writeString(file, "rubbish");
        assertThat(open("a").row("a").get(1)).isZero();
        Files.write(file, new byte[24_000]);
        assertThat(open("a").row("a").get(1)).isZero();
    }

    @Test
    void withoutAFileTheNumbersLastAsLongAsTheProcess() {
        LiveNumbers.Row row = LiveNumbers.volatileOnly(new LinkedHashSet<>(List.of("a")), 2).row("a");
        row.set(1, 5);
        assertThat(row.get(1)).isEqualTo(5);
    }
}
