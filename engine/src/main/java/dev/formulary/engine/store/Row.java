package dev.formulary.engine.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A decision's entry with its parts, not yet decoded. Thread-safe.
///
/// @param outcome the later entry with the outcome, or null
record Row(long seq, String id, StoredPart situation, StoredPart cards, StoredPart vitals, StoredPart context,
        StoredPart verdict, byte[] body, byte @Nullable [] outcome) {
    private static final TypeReference<Situation> SITUATION = new TypeReference<>() {
    };
    private static final TypeReference<List<Parts.Card>> CARDS = new TypeReference<>() {
    };
    private static final TypeReference<List<Candidate.Vitals>> VITALS = new TypeReference<>() {
    };
    private static final TypeReference<Context> CONTEXT = new TypeReference<>() {
    };
    private static final TypeReference<Ruled> VERDICT = new TypeReference<>() {
    };
    private static final TypeReference<Ruled.Origin> ORIGIN = new TypeReference<>() {
    };
    private static final TypeReference<Ruled.Upshot> UPSHOT = new TypeReference<>() {
    };

    /// The call with what it was decided by, and only what came out of that.
    ///
    /// @param attempts the models that might answer, in their order, or null when the call was denied
    /// @param code of the denial, or empty
    /// @param hidden like that of [Kept]
    record Brief(Question question, @Nullable List<Candidate> attempts, String code, @Nullable Outcome outcome,
            List<String> hidden) {}

    /// What became of a call.
    ///
    /// @param ruleSet the hash of the rules that decided
    record Result(Call call, String ruleSet, int promptTokens, Outcome outcome) {}

    /// Only what became of the call; nothing while it is not over, or was decided only.
    ///
    /// @throws IOException when it is damaged, or was kept by a version with other facts
    Optional<Result> result() throws IOException {
        return read(line -> {
            Outcome known = outcome(line);
            return known == null
                    ? Optional.empty()
                    : Optional.of(new Result(line.call(), verdict.as(ORIGIN).ruleSet(),
                            context.as(CONTEXT).promptTokens(), known));
        });
    }

    /// The decision with all that it was made of.
    ///
    /// @throws IOException when it is damaged, or was kept by a version with other facts
    Kept kept() throws IOException {
        return read(line -> {
            Question question = question(line);
            return new Kept(seq, new Recorded(question, verdict.as(VERDICT).decision(id, question.candidates()),
                    outcome(line)), line.hidden());
        });
    }

    /// The same without the reasons, which take longer to read than all else.
    ///
    /// @throws IOException when it is damaged, or was kept by a version with other facts
    Brief brief() throws IOException {
        return read(line -> {
            Question question = question(line);
            Ruled.Upshot upshot = verdict.as(UPSHOT);
            List<String> models = upshot.all();
            return new Brief(question, models == null ? null : Ruled.planned(models, question.candidates()),
                    upshot.code(), outcome(line), line.hidden());
        });
    }

    private interface Reading<T> {
        T of(DecisionFile.Line line) throws IOException;
    }

    private <T> T read(Reading<T> reading) throws IOException {
        try {
            return reading.of(FactsJson.read(body, DecisionFile.Line.class));
        } catch (IOException | RuntimeException e) {
            throw new IOException("decision " + id + " is damaged or was kept by another version: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    private Question question(DecisionFile.Line line) throws IOException {
        return new Question(line.call(), context.as(CONTEXT), situation.as(SITUATION),
                vitals.made(Candidate.class, this::candidates),
                line.continuity() == null ? Continuity.NONE : line.continuity());
    }

    private @Nullable Outcome outcome(DecisionFile.Line line) throws IOException {
        return line.outcome() == null && outcome != null ? FactsJson.read(outcome, Outcome.class) : line.outcome();
    }

    private List<Candidate> candidates() throws IOException {
        List<Parts.Card> known = cards.as(CARDS);
        List<Candidate.Vitals> now = FactsJson.read(vitals.content(), VITALS);
        if (known.size() != now.size()) {
            throw new IOException("there are " + known.size() + " models and the vitals of " + now.size());
        }
        var candidates = new ArrayList<Candidate>(now.size());
        for (int i = 0; i < now.size(); i++) {
            Parts.Card card = known.get(i);
            candidates.add(new Candidate(card.id(), card.provider(), card.card(), now.get(i)));
        }
        return Collections.unmodifiableList(candidates);
    }
}
