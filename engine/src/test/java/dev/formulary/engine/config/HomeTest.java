package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path folder;
    private Path share;
    private Path jars;
    private Home home;

    @BeforeEach
    void ship() throws IOException {
        share = folder.resolve("archive/share");
        jars = folder.resolve("archive/plugins");
        home = new Home(folder.resolve("some/home"));
        write(share.resolve("conf/formulary.yaml"), "# shipped");
        write(share.resolve("rules/cost/paid.drl"), "rule");
        write(share.resolve("routes/chat.yaml"), "route");
        write(jars.resolve("simulator.jar"), "one");
    }

    @Test
    void theEnvironmentThenTheLauncherThenTheUserSayWhereItIs() {
        Path user = Path.of("/home/me");

        assertThat(Home.find(Map.of("FORMULARY_HOME", "/srv/f"), "/repo/.formulary", user).folder())
                .isEqualTo(Path.of("/srv/f"));
        assertThat(Home.find(Map.of(), "/repo/.formulary", user).folder()).isEqualTo(Path.of("/repo/.formulary"));
        assertThat(Home.find(Map.of(), null, user).folder()).isEqualTo(Path.of("/home/me/.formulary"));
    }

    @Test
    void aMissingHomeIsMadeWithTheShippedDefaults() throws Exception {
        home.prepare(share, jars);

        assertThat(home.configuration()).hasContent("# shipped");
        assertThat(home.rules().resolve("cost/paid.drl")).hasContent("rule");
        assertThat(home.routes().resolve("chat.yaml")).hasContent("route");
        assertThat(home.plugins().resolve("simulator.jar")).hasContent("one");
        assertThat(home.data().resolve("inbox")).isDirectory();
        assertThat(home.data().resolve("failed")).isDirectory();
        assertThat(home.logs()).isDirectory();
        assertThat(home.cache()).isDirectory();
        try (var entries = Files.list(home.folder())) {
            assertThat(entries).noneMatch(entry -> entry.getFileName().toString().startsWith("."));
        }
    }

    @Test
    void whatIsThereIsLeftAsItIs() throws Exception {
        home.prepare(share, jars);
        write(home.configuration(), "# mine");
        Files.delete(home.rules().resolve("cost/paid.drl"));

        home.prepare(share, jars);

        assertThat(home.configuration()).hasContent("# mine");
        assertThat(home.rules().resolve("cost/paid.drl")).doesNotExist();
    }

    @Test
    void aShippedPlugInFollowsTheArchiveUntilTheUserChangesIt() throws Exception {
        home.prepare(share, jars);
        write(jars.resolve("simulator.jar"), "two");
        write(jars.resolve("ollama.jar"), "new");

        home.prepare(share, jars);
        assertThat(home.plugins().resolve("simulator.jar")).hasContent("two");
        assertThat(home.plugins().resolve("ollama.jar")).hasContent("new");

        write(home.plugins().resolve("simulator.jar"), "mine");
        Files.delete(home.plugins().resolve("ollama.jar"));
        write(jars.resolve("simulator.jar"), "three");
        write(jars.resolve("ollama.jar"), "newer");

        home.prepare(share, jars);
        assertThat(home.plugins().resolve("simulator.jar")).hasContent("mine");
        assertThat(home.plugins().resolve("ollama.jar")).doesNotExist();
    }

    @Test
    void withoutAnArchiveTheFoldersAreEmpty() throws Exception {
        home.prepare(null, null);

        assertThat(home.rules()).isEmptyDirectory();
        assertThat(home.plugins()).isEmptyDirectory();
        assertThat(home.configuration()).doesNotExist();
    }

    @Test
    void aHomeThatCannotBeWrittenIsNamed() throws Exception {
        write(folder.resolve("file"), "in the way");
        Home inTheWay = new Home(folder.resolve("file/home"));

        assertThatThrownBy(() -> inTheWay.prepare(share, jars)).isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot write the home folder " + inTheWay.folder())
                .hasMessageContaining("FORMULARY_HOME");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
