package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.Screening;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrisisScreenTest {
    private static final Lexicon LEXICON = Lexicon.of(Map.of("lexicon/signs.csv",
            "id,language,type,level,pattern,note\ndie,en,suicidal_ideation,high,want to die,\n"
                    .getBytes(StandardCharsets.UTF_8)))
            .lexicon();
    private static final String SIGN = "I want to die";

    private final CrisisScreen screen = new CrisisScreen(true);
    private final Assessor assessor = new Assessor(false, screen);

    private static ChatRequest request(Message... messages) {
        return new ChatRequest("m", List.of(messages), List.of(), null, ChatRequest.Sampling.DEFAULT,
                new ChatRequest.Format.Free(), false, false, Map.of(), null);
    }

    private static Message says(Role role, String text) {
        return Message.text(role, text);
    }

    private Context assess(Message... messages) {
        try {
            return assessor.assess(null, Map.of(), request(messages));
        } catch (InvalidFactException e) {
            throw new AssertionError(e);
        }
    }

    private CrisisLevel level(Message... messages) {
        return assess(messages).screening().level();
    }

    @Test
    void looksAtWhatThePersonSaysAndAtNobodyElse() {
        screen.use(LEXICON);
        assertThat(level(says(Role.USER, SIGN))).isEqualTo(CrisisLevel.HIGH);
        for (Role other : List.of(Role.SYSTEM, Role.ASSISTANT, Role.TOOL)) {
            assertThat(level(says(other, SIGN), says(Role.USER, "hello"))).as(other.name())
                    .isEqualTo(CrisisLevel.NONE);
        }
        assertThat(assess(says(Role.USER, SIGN)).sources()).containsEntry("screening", "content");
        assertThat(assess(says(Role.USER, "hello")).sources()).doesNotContainKey("screening");
    }

    @Test
    void looksAtThePersonsLastThreeTurns() {
        screen.use(LEXICON);
        Message sign = says(Role.USER, SIGN);
        Message other = says(Role.USER, "ok");
        Message answer = says(Role.ASSISTANT, "I hear you");
        assertThat(level(sign, answer, other, answer, other)).isEqualTo(CrisisLevel.HIGH);
        assertThat(level(sign, answer, other, answer, other, answer, other)).isEqualTo(CrisisLevel.NONE);
    }

    @Test
    void ofALongTurnItReadsTheBeginningAndTheEnd() {
        screen.use(LEXICON);
        String filling = "words ".repeat(2_000);
        assertThat(level(says(Role.USER, SIGN + ". " + filling))).isEqualTo(CrisisLevel.HIGH);
        assertThat(level(says(Role.USER, filling + SIGN))).isEqualTo(CrisisLevel.HIGH);
        assertThat(level(says(Role.USER, filling + SIGN + ". " + filling))).isEqualTo(CrisisLevel.NONE);
        assertThat(level(says(Role.USER, SIGN), says(Role.USER, filling))).isEqualTo(CrisisLevel.NONE);
    }

    @Test
    void joinsThePiecesOfATurn() {
        screen.use(LEXICON);
        var picture = new ChatRequest.Image("", "http://x", true);
        assertThat(level(new Message(Role.USER, Arrays.asList(new Text("I want "), picture, new Text("to die")),
                List.of(), null, null))).isEqualTo(CrisisLevel.HIGH);
        assertThat(level(new Message(Role.USER, List.of(picture), List.of(), null, null)))
                .isEqualTo(CrisisLevel.NONE);
    }

    @Test
    void screensNothingWhenItIsOffOrHasNoLexicon() {
        assertThat(assess(says(Role.USER, SIGN)).screening()).isEqualTo(Screening.NONE);
        var off = new CrisisScreen(false);
        off.use(LEXICON);
        assertThat(off.screen(List.of(new KnownText(SIGN, EstimatedTokens.ALL)))).isEqualTo(Screening.NONE);
        screen.use(LEXICON);
        assertThat(screen.screen(List.of())).isEqualTo(Screening.NONE);
    }
}
