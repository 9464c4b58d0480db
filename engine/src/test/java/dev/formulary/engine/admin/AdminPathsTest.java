package dev.formulary.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.keys.Role;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminPathsTest {
    private static final Answer.Whole FINE = Replies.of(200, Map.of());

    private record Kind(String name) implements Items {
        @Override
        public Object find(String id, String tenant) {
            return id;
        }

        @Override
        public boolean delete(String id, String tenant) {
            return false;
        }
    }

    private static Answer.Whole told(String what, String id) {
        return Replies.of(200, Map.of(what, id));
    }

    private final AdminPaths paths = new AdminPaths(Map.of("/health/live", () -> FINE), Map.of("/", () -> FINE),
            Map.of("/admin/things", _ -> "all", "/admin/things/summary", _ -> "in short"),
            Map.of("", (id, _) -> told("decision", id), "/explanation", (id, _) -> told("explanation", id)),
            Map.of("/admin/keys/create", _ -> new Change.Result.Done("made"), "/admin/things/purge",
                    _ -> new Change.Result.Done("gone")),
            Map.of("/admin/things/", new Kind("thing"), "/admin/things/*/history", new Kind("history")));

    @Test
    void allThatThereIsIsListedWithTheRoleThatItNeeds() {
        assertThat(paths.endpoints()).containsExactlyInAnyOrder(new Endpoint("GET", "/health/live", null),
                new Endpoint("GET", "/", Role.READ), new Endpoint("GET", "/admin/things", Role.READ),
                new Endpoint("GET", "/admin/things/summary", Role.READ),
                new Endpoint("GET", "/admin/decisions/{id}", Role.READ),
                new Endpoint("GET", "/admin/decisions/{id}/explanation", Role.READ),
                new Endpoint("POST", "/admin/keys/create", Role.ADMIN),
                new Endpoint("POST", "/admin/things/purge", Role.OPERATE),
                new Endpoint("GET", "/admin/things/{id}", Role.READ),
                new Endpoint("DELETE", "/admin/things/{id}", Role.OPERATE),
                new Endpoint("GET", "/admin/things/{id}/history", Role.READ),
                new Endpoint("DELETE", "/admin/things/{id}/history", Role.OPERATE));
    }

    @ParameterizedTest
    @CsvSource({"/admin/things/a, thing a", "/admin/things/a/b, thing a/b", "/admin/things/a%2Fb, thing a%2Fb",
            "/admin/things/a/b/history, history a/b", "/admin/things/history, thing history",
            "/admin/things//history, thing /history", "/admin/things/, ", "/admin/things, ",
            "/admin/things/summary, ", "/admin/things/purge, ", "/admin/others/a, "})
    void anIdMayHaveSlashesInIt(String path, @Nullable String found) {
        AdminPaths.Item item = paths.item(path);

        assertThat(item == null ? null : item.kind().name() + " " + item.id()).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource({"/admin/decisions/d, decision, d", "/admin/decisions/d/explanation, explanation, d",
            "/admin/decisions/a/b/explanation, explanation, a/b",
            "/admin/decisions/explanation, decision, explanation"})
    void whatBelongsToADecisionIsFoundByItsEnd(String path, String what, String id) {
        Answer answer = paths.ofDecision(Query.of(path));

        assertThat(answer).isInstanceOfSatisfying(Answer.Whole.class,
                whole -> assertThat(whole.body()).asString().isEqualTo("{\"" + what + "\":\"" + id + "\"}"));
    }
}
