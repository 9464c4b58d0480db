package dev.formulary.engine.route;

import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dispatch.DispatchException;
import dev.formulary.engine.dispatch.Dispatcher;
import dev.formulary.engine.dispatch.Order;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.grid.CachedReply;
import dev.formulary.engine.telemetry.CallTrace;
import dev.formulary.engine.telemetry.Stage;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of a call, from top to bottom: received, decided, looked up, dispatched, answered, recorded. The stages do not
/// know one another. Thread-safe; blocks the call's own virtual thread.
public final class Gateway {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final Reception reception;
    private final Recollection recollection;
    private final Policy policy;
    private final Function<Call, Continuity> continuity;
    private final Supplier<Situation> situation;
    private final Supplier<List<Candidate>> candidates;
    private final Replay replay;
    private final Dispatcher dispatcher;
    private final Journal journal;
    private final int handOverTokens;
    private final PendingAnswers pending;
    private final Pictures pictures;
    private final Delivery delivery;

    /// Decides. A pure function of what it is given.
    @FunctionalInterface
    public interface Policy {
        /// Never throws for what a rule does.
        Decision decide(Question question);
    }

    Gateway(Reception reception, Recollection recollection, Policy policy, Function<Call, Continuity> continuity,
            Supplier<Situation> situation, Supplier<List<Candidate>> candidates, Replay replay, Dispatcher dispatcher,
            Journal journal, int handOverTokens, PendingAnswers pending, Pictures pictures) {
        this.reception = reception;
        this.recollection = recollection;
        this.policy = policy;
        this.continuity = continuity;
        this.situation = situation;
        this.candidates = candidates;
        this.replay = replay;
        this.dispatcher = dispatcher;
        this.journal = journal;
        this.handOverTokens = handOverTokens;
        this.pending = pending;
        this.pictures = pictures;
        delivery = new Delivery(dispatcher, recollection, replay);
    }

    /// The entrance for chats in one dialect.
    public Entrance chat(ChatDialect dialect) {
        return arrival -> answer(dialect, arrival);
    }

    private Answer answer(ChatDialect dialect, Arrival arrival) throws InterruptedException {
        CallTrace trace = journal.arrived(dialect.name(), arrival);
        try {
            Received received = reception.admit(reception.receive(dialect, arrival, System.nanoTime(), trace));
            try {
                return Allowance.told(answer(received), received.grant());
            } catch (InterruptedException | RuntimeException e) {
                received.grant().giveBack();
                throw e;
            }
        } catch (RefusedException e) {
            trace.refused(e.refusal().status(), e.refusal().code());
            return Answers.refusal(dialect, e.refusal(), e.headers());
        } catch (InterruptedException e) {
            trace.failed();
            throw e;
        } catch (RuntimeException e) {
            trace.failed();
            LOG.error("call failed path={}", arrival.path(), e);
            return Answers.refusal(dialect, Answers.fault(), Map.of());
        } finally {
            trace.leave();
        }
    }

    private Answer answer(Received received) throws InterruptedException {
        Question question = question(received);
        Decision decision = decide(question);
        received.trace().decided(question, decision);
        recollection.decided(received);
        return switch (decision) {
            case Decision.Deny deny -> refuse(received, question, deny);
            case Decision.Allow allow -> received.inquiry().loadOnly()
                    ? ready(received, allow)
                    : looked(question, recollection.retention().settled(received, allow), allow);
        };
    }

    private Answer looked(Question question, Received asked, Decision.Allow allowed) throws InterruptedException {
        try {
            Pictures.Looked looked = pictures.look(asked, allowed);
            Check check = reception.checks().of(looked.received(), allowed);
            Received ready = check == null ? looked.received() : check.readable(looked.received());
            asked.trace().over(Stage.PREPARE);
            return attend(ready, looked.allow(), check, asked.call().dialect().vectors()
                    ? null
                    : Handing.of(question, ready.inquiry().request(), handOverTokens));
        } catch (RefusedException e) {
            new Recording(asked, journal).denied();
            return Answers.refusal(asked.dialect(), e.refusal(), Answers.headers(allowed));
        }
    }

    /// Reads a call and decides it, without dispatching.
    Decided decideOnly(ChatDialect dialect, Arrival arrival) throws RefusedException {
        Received received = reception.receive(dialect, arrival, System.nanoTime());
        Question question = question(received);
        return new Decided(question, policy.decide(question));
    }

    /// A call and what policy makes of it.
    public record Decided(Question question, Decision decision) {}

    private Question question(Received received) {
        var question = new Question(received.call(), received.context(), situation.get(), candidates.get(),
                continuity.apply(received.call())).narrowed();
        Recollection.Recalled recalled = received.recalled();
        return recalled == null || recalled.turns() == 0
                ? question
                : question.after(recalled.turns(), (int) Math.min(Integer.MAX_VALUE, recalled.tokens()));
    }

    private Decision decide(Question question) {
        long begun = System.nanoTime();
        Decision decision = policy.decide(question);
        journal.decided(question, decision, System.nanoTime() - begun);
        return decision;
    }

    private Answer refuse(Received received, Question question, Decision.Deny deny) {
        new Recording(received, journal).denied();
        Refusal money = OverBudget.of(deny, question, policy::decide);
        return Answers.refusal(received.dialect(), money == null ? Denials.of(deny, question) : money,
                Answers.headers(deny));
    }

    private Answer ready(Received received, Decision.Allow allow) throws InterruptedException {
        Candidate model = allow.plan().attempts().getFirst();
        Duration keepAlive = received.inquiry().request().options().keepAlive();
        boolean unload = Duration.ZERO.equals(keepAlive);
        var recording = new Recording(received, journal);
        try {
            Duration patience = Duration.ofMillis(received.call().deadlineMs());
            if (unload) {
                dispatcher.residence().unload(model.provider(), model.model(), patience);
            } else {
                dispatcher.residence().load(model.provider(), model.model(), keepAlive, patience);
            }
        } catch (ProviderException e) {
            var failure = DispatchException.of(e);
            recording.failed(failure);
            return Answers.refusal(received.dialect(), Answers.of(failure), Answers.headers(allow));
        }
        recording.ready();
        return new Answer.Whole(200, Answers.JSON, Answers.headers(allow),
                received.dialect().loaded(received.head(model.id()), unload));
    }

    private Answer attend(Received received, Decision.Allow allow, @Nullable Check check, @Nullable Handing handing)
            throws InterruptedException {
        Arrival arrival = received.arrival();
        WaitingFrames.Work work = caller -> serve(received.with(caller), allow, check, handing);
        if (!arrival.mayStream() || arrival.via().equals("mqtt")) {
            return work.answer(arrival.presence());
        }
        if (!received.call().stream()) {
            return PendingAnswers.preferred(arrival.header().get("prefer"))
                    ? pending.answer(received, work)
                    : work.answer(arrival.presence());
        }
        boolean told = arrival.header().get(Reception.WAITING) != null && WaitingFrames.possible(received.dialect());
        return told
                ? WaitingFrames.answer(received.dialect(), arrival.presence(), Answers.headers(allow), work)
                : work.answer(arrival.presence());
    }

    private Answer serve(Received received, Decision.Allow allow, @Nullable Check check, @Nullable Handing handing)
            throws InterruptedException {
        Replay.Keys keys = replay.keys(received, allow);
        var recording = new Recording(received, journal);
        Replay.Found found = find(keys, received, recording);
        received.trace().over(Stage.CACHE);
        CachedReply kept = found.reply();
        if (kept != null) {
            return replay.answer(received, again(received, kept),
                    recording.cached(Answers.headers(allow), kept));
        }
        var order = new Order(received.call(), received.context(), received.inquiry().request(), allow.plan(),
                received.arrival().presence(), received.nanos(), why -> stuck(received, allow, recording, why),
                handing == null ? null : handing.takeOver(), 0, VectorCalls.order(received.inquiry()),
                received.trace());
        received.trace().dispatching();
        try {
            return delivery.answer(new Serving(received, allow, keys, recording, handing, check), order);
        } catch (DispatchException e) {
            CachedReply standIn = e.category().retriable() ? replay.standIn(keys, allow) : null;
            if (standIn != null) {
                return replay.answer(received, again(received, standIn),
                        recording.stale(Answers.headers(allow), standIn, e.tried()));
            }
            recording.failed(e);
            return Answers.failure(received, allow, e);
        } catch (InterruptedException | RuntimeException e) {
            recording.aborted();
            throw e;
        }
    }

    private CachedReply again(Received received, CachedReply before) {
        return recollection.retention().again(received, before);
    }

    private Replay.Found find(Replay.@Nullable Keys keys, Received received, Recording recording)
            throws InterruptedException {
        try {
            Replay.Found found = replay.find(keys, received);
            recording.found(found.word(), found.asks() ? () -> replay.end(keys) : () -> {});
            return found;
        } catch (InterruptedException | RuntimeException e) {
            recording.aborted();
            throw e;
        }
    }

    /// The call's own thread does not come back from a plug-in.
    private static void stuck(Received received, Decision.Allow allow, Recording recording, DispatchException why) {
        recording.failed(why);
        Arrival.Presence caller = received.arrival().presence();
        if (!caller.answer(Answers.failure(received, allow, why))) {
            caller.cutOff();
        }
    }
}
