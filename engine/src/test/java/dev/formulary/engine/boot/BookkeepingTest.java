package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.dispatch.Account;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.store.Ledger;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookkeepingTest {
    private static final Candidate FIRST = Samples.priced("a", "m", 1_000_000, 1_000_000);
    private static final Candidate SECOND = Samples.priced("b", "m", 2_000_000, 2_000_000);

    @TempDir
    Path folder;
    private final Call call = Samples.call("home");

    private Question question() {
        return new Question(call, Context.unspecified(),
                new Situation(NOON, Host.UNKNOWN, List.of(), 0, 0, Set.of()), List.of(FIRST, SECOND));
    }

    private Decision decision() {
        return new Decision.Allow(call.id(), "hash", new Plan(List.of(FIRST, SECOND), Map.of(), 0),
                List.of(new Reason("thrift", "prefer", "a/m", "", "", 0)),
                List.of(new Ranking("a/m", true, 2, List.of()), new Ranking("b/m", true, 1, List.of())), List.of(),
                List.of());
    }

    /// Attempt, model, rule, reference, state and cost of each row.
    private List<String> rows() throws SQLException {
        List<String> all = new ArrayList<>();
        try (Connection open = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                Statement statement = open.createStatement();
                ResultSet rows = statement.executeQuery("select attempt, model, rule, reference, state, cost,"
                        + " accepted from booking order by id")) {
            while (rows.next()) {
                all.add("%s %s %s %s %s %s %s".formatted(rows.getString(1), rows.getString(2), rows.getString(3),
                        rows.getString(4), rows.getString(5), rows.getString(6), rows.getString(7)));
            }
        }
        return all;
    }

    @Test
    void theAttemptsOfACallAreNumberedAndNameTheirRules() throws Exception {
        try (var ledger = new Ledger(folder, folder, LedgerSettings.USUAL, "local", "keep", _ -> {},
                new MutableClock(NOON))) {
            var books = new Bookkeeping(ledger, "b/m");
            books.decided(question(), decision());
            books.account(call, FIRST, 100).ended(FailureCategory.SERVER, Usage.NONE, 0);
            books.account(call, FIRST, 100).abandoned(100);
            Account late = books.account(call, FIRST, 100);
            books.account(call, SECOND, 200).ended(null, Usage.of(3, 4), 14);
            books.completed(call);
            late.ended(FailureCategory.CANCELLED, Usage.of(3, 1), 4);
        }

        assertThat(rows()).containsExactly("1 a/m thrift b/m failed 0 0", "2 a/m thrift b/m abandoned 100 0",
                "3 a/m thrift b/m cancelled 4 0", "4 b/m ranking b/m answered 14 1");
    }

    @Test
    void anAnswerThatWasKeptIsBookedByTheModelThatHadGivenIt() throws Exception {
        try (var ledger = new Ledger(folder, folder, LedgerSettings.USUAL, "local", "keep", _ -> {},
                new MutableClock(NOON))) {
            var books = new Bookkeeping(ledger, LedgerSettings.BEST_QUALITY);
            books.decided(question(), decision());
            books.cached(call, "a/m", Usage.of(3, 4));
            books.cached(call, "gone/m", Usage.of(3, 4));
            books.completed(call);
        }

        assertThat(rows()).containsExactly("0 a/m thrift a/m cached 0 1", "0 gone/m ranking a/m cached 0 1");
    }

    @Test
    void whatWasNotDecidedIsBookedWithoutARule() throws Exception {
        try (var ledger = new Ledger(folder, folder, LedgerSettings.USUAL, "local", "keep", _ -> {},
                new MutableClock(NOON))) {
            new Bookkeeping(ledger, LedgerSettings.BEST_QUALITY).account(call, FIRST, 100).ended(null, Usage.of(1, 1),
                    2);
        }

        assertThat(rows()).containsExactly("1 a/m none  answered 2 0");
    }
}
