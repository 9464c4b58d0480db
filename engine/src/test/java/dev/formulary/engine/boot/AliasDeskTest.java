package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.admin.Change;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AliasDeskTest {
    private static final Map<String, String> ALIASES = Map.of("vision", "b/m", "any", "auto");

    @TempDir
    Path folder;

    @Test
    void whatAutoMeansIsShownAndOutlivesARestart() {
        AliasDesk desk = desk(ALIASES);
        assertThat(change(desk, Map.of("means", "vision", "by", "Ann"))).isInstanceOf(Change.Result.Done.class);

        AliasDesk next = desk(ALIASES);
        assertThat(next.aliases().chosen()).isEqualTo("vision");
        assertThat(Objects.requireNonNull(next.documents().get("/admin/aliases")).get()).hasToString(
                "{aliases={any=auto, vision=b/m}, auto=vision, auto_may_mean=[auto, vision]}");
    }

    @Test
    void whatIsNotOfferedIsRefusedWithWhatIs() {
        AliasDesk desk = desk(ALIASES);

        assertThat(change(desk, Map.of("means", "b/m"))).isEqualTo(
                new Change.Result.Refused("no_such_alias", "'means' must be one of auto, vision"));
        assertThat(change(desk, Map.of())).isInstanceOf(Change.Result.Refused.class);
        assertThat(folder.resolve("auto")).doesNotExist();
    }

    @Test
    void anAliasThatIsGoneOrAFileThatIsNoneMeansAutoAgain() throws Exception {
        desk(ALIASES).choose("vision", "mqtt");
        assertThat(desk(Map.of()).aliases().chosen()).isEqualTo("auto");

        Files.write(folder.resolve("auto"), new byte[]{(byte) 0xff, 10});
        assertThat(desk(ALIASES).aliases().chosen()).isEqualTo("auto");
    }

    private AliasDesk desk(Map<String, String> configured) {
        return new AliasDesk(configured, folder.resolve("auto"));
    }

    private static Change.Result change(AliasDesk desk, Map<String, String> said) {
        return Objects.requireNonNull(desk.changes().get("/admin/aliases/auto")).apply(said);
    }
}
