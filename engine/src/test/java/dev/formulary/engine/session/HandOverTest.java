package dev.formulary.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.context.Tokens;
import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Task;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.engine.facts.Traits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HandOverTest {
    private static final Continuity PAST = new Continuity("a/m", 3, 7, 0, 60, 720, 720, -1,
            List.of(EmotionalState.CALM, EmotionalState.ANXIOUS));

    private static Context full() {
        return new Context(Need.TRAUMA_INFORMED, Risk.MODERATE, EmotionalState.OVERWHELMED, AgeBand.TEEN,
                Privacy.LOCAL, Task.THERAPEUTIC_RESPONSE, true, true, true, "kitchen", "es", 100, 0, Set.of(), false,
                new Therapy(Approach.CBT, Difficulty.GENTLE, SessionState.ACTIVE, Intervention.HUMAN_OVERSIGHT,
                        CrisisType.SELF_HARM),
                Requirements.NONE, -1, Traits.UNKNOWN, Screening.NONE,
                Map.of("tone", "warm", "not_to_say", "diagnoses", "persona", "old_lighthouse_keeper"), Map.of());
    }

    @Test
    void everythingThatIsKnownIsToldTheGravestFirst() {
        assertThat(HandOver.text(full(), PAST, 1_000, Tokens::in).lines().skip(1)).containsExactly(
                "- A sign of a crisis (high) is in this call. Attend to the person's safety.",
                "- What the crisis is about: self harm.", "- Risk: moderate.",
                "- Who is to step in, as the caller says: human oversight. Nobody has been contacted by this gateway.",
                "- not to say: diagnoses.", "- persona: old lighthouse keeper.", "- tone: warm.",
                "- How the person felt, call by call, now last: calm, anxious, overwhelmed.",
                "- Help needed: trauma informed.", "- Approach of the therapy: cbt.",
                "- How demanding it may be: gentle.", "- Task: therapeutic response.", "- Age of the person: teen.",
                "- Language: es.", "- A clinician is present.");
    }

    @Test
    void nothingIsMadeUp() {
        assertThat(HandOver.text(Context.unspecified(), Continuity.NEW, 1_000, Tokens::in)).isEmpty();
        assertThat(HandOver.text(Context.unspecified(), new Continuity("a/m", 3, 7, 0, 60, -1, -1, -1), 1_000,
                Tokens::in)).isEmpty();
        assertThat(HandOver.text(Context.unspecified(), PAST, 1_000, Tokens::in).lines().skip(1)).containsExactly(
                "- A sign of a crisis (high) was seen 12 minutes ago. Attend to the person's safety.",
                "- How the person felt, call by call, now last: calm, anxious.");
        assertThat(HandOver.text(Context.unspecified(), PAST, 1_000, Tokens::in))
                .as("no place, no tenant, nothing of what was said").doesNotContain("kitchen");
    }

    @Test
    void itKeepsToItsBudgetAndLeavesTheLeastImportantOut() {
        String all = HandOver.text(full(), PAST, 1_000, Tokens::in);
        for (int budget = 0; budget < 300; budget++) {
            String text = HandOver.text(full(), PAST, budget, Tokens::in);
            assertThat(text.isEmpty() ? 0 : Tokens.in(text)).isLessThanOrEqualTo(budget);
            assertThat(all.lines()).containsAll(text.lines().toList());
        }
        assertThat(HandOver.text(full(), PAST, 0, Tokens::in)).isEmpty();
        assertThat(HandOver.text(full(), PAST, 70, Tokens::in)).contains("safety").doesNotContain("clinician");
    }
}
