package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.store.Responses;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponsesDeskTest {
    @TempDir
    Path folder;

    private static Object purge(ResponsesDesk desk, Map<String, String> said) {
        Change.Result result = Objects.requireNonNull(desk.changes().get("/admin/responses/purge")).apply(said);
        return ((Change.Result.Done) result).document();
    }

    @Test
    void aTenantsAnswersAreForgottenFirstForShow() throws Exception {
        try (var responses = new Responses(Settings.Sessions.USUAL, folder, folder, _ -> {}, new MutableClock(NOON))) {
            var desk = new ResponsesDesk(responses);
            for (String name : new String[]{"alice 1", "alice 2", "bob 1"}) {
                responses.keep(name.substring(0, name.indexOf(' ')), "resp_" + name, new byte[]{'{', '}'});
            }
            assertThat(purge(desk, Map.of("tenant", "alice", "dry_run", "true"))).isEqualTo(Map.of("would_forget", 2L));
            assertThat(purge(desk, Map.of("tenant", "alice"))).isEqualTo(Map.of("forgot", 2L));
            assertThat(purge(desk, Map.of("tenant", "alice"))).isEqualTo(Map.of("forgot", 0L));
            assertThat(responses.count("bob")).isOne();
            assertThatThrownBy(() -> purge(desk, Map.of())).hasMessageContaining("'tenant' is missing");
            assertThatThrownBy(() -> purge(desk, Map.of("tenants", "x")))
                    .hasMessageContaining("'tenants' is not known");
        }
    }
}
