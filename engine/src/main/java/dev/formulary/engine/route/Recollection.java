package dev.formulary.engine.route;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.dialect.CollectedReply;
import dev.formulary.engine.dialect.EarlierTurns;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Turn;
import dev.formulary.engine.store.History;
import dev.formulary.spi.ChatRequest;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Remembers conversations for clients that send only the latest turn: what was said before goes along with a call, and what
/// is answered is kept. Thread-safe.
final class Recollection {
    /// Data that the shipped rules keep at home.
    private static final Set<SensitiveKind> PERSONAL = Set.of(SensitiveKind.PAYMENT_CARD, SensitiveKind.BANK_ACCOUNT,
            SensitiveKind.NATIONAL_ID, SensitiveKind.SECRET);

    private final @Nullable History history;
    private final boolean keepPrivate;
    private final Retention retention;
    private final Clock clock;

    /// @param history null where nothing is kept
    Recollection(@Nullable History history, Settings.History settings, Clock clock) {
        this(history, settings, Retention.NONE, clock);
    }

    /// @param retention what is kept of answers
    Recollection(@Nullable History history, Settings.History settings, Retention retention, Clock clock) {
        this.history = history;
        this.keepPrivate = settings.keepPrivate();
        this.retention = retention;
        this.clock = clock;
    }

    /// What is remembered of the conversation of a call.
    ///
    /// @param request the call's with what was said before
    /// @param turns how many went along
    /// @param tokens that these have, an estimate
    record Recalled(ChatRequest request, int turns, long tokens) {}

    /// What is kept of answers that can be followed.
    Retention retention() {
        return retention;
    }

    /// Puts what was said before into a call. Null when the call belongs to no conversation that is kept, or its client sends
    /// what was said by itself.
    @Nullable
    Recalled recall(Call call, ChatRequest request) {
        if (history == null || !history.follows(call) || !EarlierTurns.missing(request)) {
            return null;
        }
        History.Before before = history.before(SessionName.of(call));
        ChatRequest with = EarlierTurns.put(request, before.turns());
        return with.messages().size() == request.messages().size()
                ? new Recalled(request, 0, 0)
                : new Recalled(with, before.turns().size(), before.tokens());
    }

    /// A call was decided: one that declares the end of its session has it forgotten, whatever becomes of the call.
    void decided(Received received) {
        if (history != null && history.follows(received.call()) && ends(received.context())) {
            history.end(SessionName.of(received.call()));
        }
    }

    private static boolean ends(Context context) {
        SessionState state = context.therapy().session();
        return state == SessionState.COMPLETED || state == SessionState.ABANDONED;
    }

    /// Takes the complete answer to a call, when that is to be kept. Does not block.
    void answered(Received received, Decision.Allow allow, CollectedReply reply) {
        if (history != null && listens(received, allow)) {
            String asked = EarlierTurns.words(received.inquiry().request());
            String answered = reply.words();
            if (!asked.isBlank() && !answered.isBlank()) {
                history.keep(SessionName.of(received.call()), new Turn(asked, answered, clock.instant()));
            }
        }
    }

    /// Takes an answer that comes in pieces; null when it is not to be kept.
    @Nullable
    Hearing hearing(Received received, Decision.Allow allow) {
        return listens(received, allow) ? new Hearing(reply -> answered(received, allow, reply)) : null;
    }

    private boolean listens(Received received, Decision.Allow allow) {
        return received.recalled() != null && !ends(received.context())
                && (keepPrivate || !isPrivate(received.context(), allow.plan()));
    }

    /// What was declared so, what rules forbid to keep, and what holds numbers or secrets of a person who has not agreed.
    static boolean isPrivate(Context context, Plan plan) {
        Privacy privacy = context.privacy();
        Plan.Limit cache = plan.parameters().get(Parameter.CACHE_SECONDS);
        boolean forbidden = cache != null && cache.cap() == 0;
        boolean personal = !context.consent() && privacy != Privacy.OPEN
                && PERSONAL.stream().anyMatch(context.traits()::has);
        return forbidden || personal || (privacy != Privacy.UNSPECIFIED && privacy != Privacy.OPEN);
    }

    /// Says in a header what went along with a call, if anything.
    static void tell(Received received, Map<String, String> headers) {
        Recalled recalled = received.recalled();
        if (recalled != null && recalled.turns() > 0) {
            headers.put("X-Formulary-History", "turns=" + recalled.turns() + ", tokens=" + recalled.tokens());
        }
    }
}
