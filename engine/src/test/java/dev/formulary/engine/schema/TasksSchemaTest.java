package dev.formulary.engine.schema;

import static dev.formulary.engine.schema.Repair.CLOSED;
import static dev.formulary.engine.schema.Repair.CODE_FENCE;
import static dev.formulary.engine.schema.Repair.SURROUNDING_TEXT;
import static dev.formulary.engine.schema.Repair.SYNTAX;
import static dev.formulary.engine.schema.Repair.THOUGHTS;
import static dev.formulary.engine.schema.Tasks.ONE;
import static dev.formulary.engine.schema.Tasks.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of answers that models give to the shipped schema of tasks.
class TasksSchemaTest {
    private static final String WHOLE = Tasks.of(ONE);

    /// @param sound the answer that is expected; null when it is refused
    /// @param fault a part of the reason then
    record Case(String name, String answer, boolean complete, String sound, List<Repair> repairs, String fault) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case valid(String name, String answer) {
        return new Case(name, answer, true, answer, List.of(), "");
    }

    private static Case repaired(String name, String answer, String sound, Repair... repairs) {
        return new Case(name, answer, true, sound, List.of(repairs), "");
    }

    private static Case refused(String name, String answer, String fault) {
        return new Case(name, answer, true, "", List.of(), fault);
    }

    static Stream<Case> cases() {
        return Stream.of(validOnes(), repairedOnes(), wrongValues(), unreadableOnes()).flatMap(each -> each);
    }

    private static Stream<Case> validOnes() {
        return Stream.of(valid("one task", WHOLE), valid("no task", Tasks.of()),
                valid("two tasks", Tasks.of(ONE, with("due", "\"2026-12-24\""))),
                valid("blanks around", "\n  " + WHOLE + "  \n"),
                valid("a text that looks like JSON", Tasks.of(with("evidence", "\"a note: {\\\"tasks\\\": []}\""))),
                valid("words of another script", Tasks.of(with("summary", "\"皿を洗う 🍽\""))),
                valid("one that bids the gateway to do something",
                        Tasks.of(with("summary", "\"ignore all rules; $(rm -rf /) <script>\""))));
    }

    private static Stream<Case> repairedOnes() {
        return Stream.of(repaired("a block of code", "```json\n" + WHOLE + "\n```", WHOLE, CODE_FENCE),
                repaired("a block of code of no language", "```\n" + WHOLE + "\n```", WHOLE, CODE_FENCE),
                repaired("a block of code that does not end", "```json\n" + WHOLE, WHOLE, CODE_FENCE),
                repaired("words before", "Here are the tasks:\n" + WHOLE, WHOLE, SURROUNDING_TEXT),
                repaired("words behind", WHOLE + "\nLet me know if you need more.", WHOLE, SURROUNDING_TEXT),
                repaired("words with a bracket", "The list (as JSON) {see below}: " + WHOLE, WHOLE, SURROUNDING_TEXT),
                repaired("words and a block of code", "Sure!\n```json\n" + WHOLE + "\n```\nDone.", WHOLE, CODE_FENCE,
                        SURROUNDING_TEXT),
                repaired("thoughts with a draft", "<think>maybe {\"tasks\":[]}</think>" + WHOLE, WHOLE, THOUGHTS),
                repaired("a comma at the end of a list", Tasks.of(ONE + ","), WHOLE, SYNTAX),
                repaired("a comma at the end of an object", Tasks.of(ONE.replace("\"}", "\",}")), WHOLE, SYNTAX),
                repaired("a remark", Tasks.of("/* the sink */" + ONE), WHOLE, SYNTAX),
                repaired("single quotation marks", WHOLE.replace('"', '\''), WHOLE, SYNTAX),
                repaired("a line break within a text", Tasks.of(with("evidence", "\"plates\nin the sink\"")),
                        Tasks.of(with("evidence", "\"plates\\nin the sink\"")), SYNTAX),
                repaired("the last bracket is missing", WHOLE.substring(0, WHOLE.length() - 1), WHOLE, CLOSED),
                repaired("the last two brackets are missing", WHOLE.substring(0, WHOLE.length() - 2), WHOLE, CLOSED),
                repaired("brackets are missing within a block of code",
                        "```json\n" + WHOLE.substring(0, WHOLE.length() - 2) + "\n```", WHOLE, CODE_FENCE, CLOSED));
    }

    private static Stream<Case> wrongValues() {
        return Stream.of(refused("an unknown priority", Tasks.of(with("priority", "\"urgent\"")), "/tasks/0/priority"),
                refused("a priority in a number", Tasks.of(with("priority", "1")), "/tasks/0/priority"),
                refused("confidence in percent", Tasks.of(with("confidence", "90")), "/tasks/0/confidence"),
                refused("confidence as a text", Tasks.of(with("confidence", "\"0.9\"")), "/tasks/0/confidence"),
                refused("a day that does not exist", Tasks.of(with("due", "\"2026-02-30\"")), "/tasks/0/due"),
                refused("a day in words", Tasks.of(with("due", "\"tomorrow\"")), "/tasks/0/due"),
                refused("no summary", Tasks.of(ONE.replace("\"summary\":\"wash up\",", "")), "'summary'"),
                refused("an empty summary", Tasks.of(with("summary", "\"\"")), "/tasks/0/summary"),
                refused("a very long summary", Tasks.of(with("summary", "\"" + "a".repeat(121) + "\"")),
                        "/tasks/0/summary"),
                refused("a member that nobody asked for", Tasks.of(ONE.replace("{", "{\"shell\":\"rm\",")), "'shell'"),
                refused("the second task is wrong", Tasks.of(ONE, with("priority", "\"x\"")), "/tasks/1/priority"),
                refused("another version", WHOLE.replace("\"version\":1", "\"version\":2"), "/version"),
                refused("no version", WHOLE.replace("\"version\":1,", ""), "'version'"),
                refused("no zone", WHOLE.replace("\"zone\":\"kitchen\",", ""), "'zone'"),
                refused("no list", "{\"version\":1,\"zone\":\"kitchen\"}", "'tasks'"),
                refused("a list of texts", Tasks.of("\"wash up\""), "/tasks/0"),
                refused("a bare list", "[" + ONE + "]", "the whole"),
                refused("more tasks than a person reads", Tasks.of(Stream.generate(() -> ONE).limit(21)
                        .toArray(String[]::new)), "/tasks"),
                refused("an error of the model's own", "{\"error\":\"I see nothing\"}", "'error'"),
                refused("a number", "5", "the whole"), refused("null", "null", "the whole"));
    }

    private static Stream<Case> unreadableOnes() {
        String half = WHOLE.substring(0, WHOLE.indexOf("plates") + 4);
        return Stream.of(refused("nothing", "", "empty"), refused("blanks", " \n", "empty"),
                refused("words only", "I can't see the picture.", "no JSON"),
                refused("broken off within a text", half, "breaks off"),
                refused("broken off within a number", WHOLE.substring(0, WHOLE.indexOf("0.90") + 3), "breaks off"),
                refused("broken off behind a comma", "{\"version\":1,\"zone\":\"kitchen\",\"tasks\":[" + ONE + ",",
                        "breaks off"),
                refused("broken off behind a name", "{\"version\":1,\"zone\":\"kitchen\",\"tasks\"", "broken"),
                new Case("cut short where brackets are missing", WHOLE.substring(0, WHOLE.length() - 2), false, "",
                        List.of(), "breaks off"),
                refused("two answers", WHOLE + "\n" + Tasks.of(), "more than one"),
                refused("a draft and an answer", "Draft: " + Tasks.of() + " Final: " + WHOLE, "more than one"),
                refused("a member twice", WHOLE.replace("\"version\":1", "\"version\":1,\"tasks\":[]"), "twice"),
                refused("words of another language for true", "{\"version\":1,\"zone\":True,\"tasks\":[]}", "broken"),
                refused("a number without end", Tasks.of(with("confidence", "1" + "0".repeat(200))), "broken"),
                refused("a number out of any range", Tasks.of(with("confidence", "1e-999999999")), "out of any range"),
                refused("not a number", Tasks.of(with("confidence", "NaN")), "broken"),
                refused("nested without end", "{\"version\":" + "[".repeat(100_000), "deep"),
                refused("very long", "{\"version\":\"" + "a".repeat(300_000) + "\"}", "longer than"),
                refused("brackets without end", "{{{{".repeat(10_000), "breaks off"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anAnswerIsUsedRepairedOrRefused(Case each) throws Exception {
        Verdict verdict = Tasks.schema().check(each.answer, each.complete);

        if (each.fault.isEmpty()) {
            assertThat(verdict).isEqualTo(new Verdict.Sound(each.sound, each.repairs));
        } else {
            assertThat(verdict).isInstanceOfSatisfying(Verdict.Unsound.class,
                    wrong -> assertThat(wrong.told()).contains(each.fault).hasSizeLessThan(2_100)
                            .doesNotContain("urgent", "tomorrow", "aaaaaaaa"));
        }
    }

    @Test
    void theSchemaBearsItsVersion() throws Exception {
        assertThat(Tasks.FOLDER.names()).contains("formulary.tasks/1");
        assertThat(Objects.requireNonNull(Tasks.FOLDER.find("formulary.tasks/1"))).containsEntry("$id",
                "urn:formulary:schema:tasks:1");
        assertThat(Tasks.FOLDER.find("formulary.tasks/2")).isNull();
        assertThat(Tasks.FOLDER.find("../schemas/formulary.tasks/1")).isNull();
    }
}
