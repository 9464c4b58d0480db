package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A rule set is put back so that nothing is lost, also when that is cut off.
class FolderRestoreTest {
    @TempDir
    Path rules;
    @TempDir
    Path place;
    private FolderRestore restore;

    @BeforeEach
    void open() {
        restore = new FolderRestore(rules, place);
    }

    private static Map<String, byte[]> files(String... namesAndTexts) {
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            files.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }

    @Test
    void whatChangesOrGoesIsKeptAsideAndWhatStaysIsNotTouched() throws IOException {
        Rules.put(rules, "cost/a.drl", "old");
        Rules.put(rules, "cost/same.drl", "same");
        Rules.put(rules, "load/gone.drl", "gone");
        restore.restore("hash", files("cost/a.drl", "new", "cost/same.drl", "same", "alert/more.drl", "more"),
                Set.of("cost/a.drl", "cost/same.drl", "load/gone.drl"), "before");
        assertThat(rules.resolve("cost/a.drl")).hasContent("new");
        assertThat(rules.resolve("alert/more.drl")).hasContent("more");
        assertThat(rules.resolve("load/gone.drl")).doesNotExist();
        assertThat(place.resolve("backup/before/cost/a.drl")).hasContent("old");
        assertThat(place.resolve("backup/before/load/gone.drl")).hasContent("gone");
        assertThat(place.resolve("backup/before/cost/same.drl")).doesNotExist();
        assertThat(restore.begun()).isEmpty();
    }

    @Test
    void whileItIsNotDoneANoteSaysWhichSetIsMeant() throws IOException {
        Files.createDirectories(rules.resolve("cost/b.drl/in-the-way"));
        assertThatThrownBy(() -> restore.restore("hash", files("cost/a.drl", "new", "cost/b.drl", "new"), Set.of(),
                "before")).isInstanceOf(IOException.class);
        assertThat(rules.resolve("cost/a.drl")).hasContent("new");
        assertThat(restore.begun()).contains("hash");
        restore.done();
        assertThat(restore.begun()).isEmpty();
    }

    @Test
    void nothingIsWrittenOutsideOfTheFolder() {
        assertThatThrownBy(() -> restore.restore("hash", files("../outside.drl", "x"), Set.of(), "before"))
                .isInstanceOf(IOException.class).hasMessage("'../outside.drl' lies outside of the rules folder");
        assertThat(rules.resolveSibling("outside.drl")).doesNotExist();
    }
}
