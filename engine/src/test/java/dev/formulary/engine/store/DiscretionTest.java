package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscretionTest {
    private static final Situation SITUATION = new Situation(Decisions.NOON, Decisions.SITUATION.host(),
            List.of(new Budget("b", "tenant:clinic", 1, 0, 10, Decisions.NOON),
                    new Budget("c", "tenant:other", 1, 0, 10, Decisions.NOON),
                    new Budget("t", "total", 1, 0, 10, Decisions.NOON),
                    new Budget("keys:front-desk", "key:front-desk", 1, 0, 10, Decisions.NOON)),
            0, 0, Set.of());
    private static final Decision DENIED = new Decision.Deny("d1", "abc123", "denied_by_policy",
            "clinic has spent all; ask clinic's owner, not clinical staff", List.of(), List.of(), List.of(), List.of());

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"hash", "mask"})
    void namesThatTellAPersonAreNotInTheFile(String personal) throws Exception {
        Kept kept = kept(personal);

        assertThat(kept.hidden()).containsExactly("tenant", "key", "session", "tag", "budgets");
        assertThat(Objects.requireNonNull(kept.recorded().call().session())).startsWith("~");
        assertThat(kept.recorded().decision()).isInstanceOfSatisfying(Decision.Deny.class,
                deny -> assertThat(deny.message())
                        .matches("~\\w* has spent all; ask ~\\w*'s owner, not clinical staff"));
        try (var files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("decisions.db")).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(bytes).doesNotContain("tenant:clinic", "front-desk", "study-7", "\"clinic\"");
            }
        }
    }

    @Test
    void hashedNamesStayComparable() throws Exception {
        Question question = kept("hash").recorded().question();

        assertThat(question.situation().budgets()).extracting(budget -> budget.counts(question.call()))
                .containsExactly(true, false, true, true);
        assertThat(Files.getPosixFilePermissions(folder.resolve(Discretion.SALT))).hasSize(2);
        assertThat(new Discretion("hash", folder).token("clinic")).isEqualTo(question.call().tenant());
        assertThat(new Discretion("hash", folder).token("default")).isEqualTo("default");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash", "mask", "keep"})
    void onlyItsOwnTenantFindsADecision(String personal) throws Exception {
        kept(personal);
        try (var store = new DecisionStore(folder, folder, Logbook.keeping(personal, 64 << 20), _ -> {},
                new Logbook(folder).clock)) {
            assertThat(store.find("d1")).isNotNull();
            assertThat(store.find("d1", "clinic") != null).isEqualTo(!personal.equals("mask"));
            assertThat(store.find("d1", "other")).isNull();
            assertThat(store.find("d1", "~")).isNull();
        }
    }

    @Test
    void whoTellsNobodyStaysAsHeIs() throws Exception {
        var plain = new Call("d1", dev.formulary.engine.facts.Dialect.OPENAI_CHAT, "http", "default", "", "auto",
                false, dev.formulary.engine.facts.Priority.NORMAL, null, false, Decisions.NOON, 1);

        var said = new Discretion("hash", folder).of(plain, Decisions.context(), Decisions.SITUATION,
                Ruled.of(DENIED));

        assertThat(said).isEqualTo(new Discretion.Said(plain, Decisions.context(), Decisions.SITUATION,
                Ruled.of(DENIED), List.of()));
    }

    private Kept kept(String personal) throws Exception {
        var book = new Logbook(folder);
        try (DecisionWriter writer = book.writer(Logbook.keeping(personal, 64 << 20))) {
            writer.decided(new Question(Decisions.call("d1"), Decisions.context(), SITUATION, Logbook.MODELS), DENIED);
        }
        try (DecisionReader reader = book.reader()) {
            return Objects.requireNonNull(reader.find("d1"));
        }
    }
}
