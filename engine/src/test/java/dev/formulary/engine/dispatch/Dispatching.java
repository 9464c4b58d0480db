package dev.formulary.engine.dispatch;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ReplyEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A dispatcher with real breakers and budgets around scripted providers, and all that is lent, held and heard on the way.
public final class Dispatching {
    /// A micro-dollar for each token of prompt and answer.
    private static final long PRICE = 1_000_000;

    public final Map<String, Provider> providers = new ConcurrentHashMap<>();
    public final AtomicInteger lent = new AtomicInteger();
    public final Queue<String> heard = new ConcurrentLinkedQueue<>();
    public final Queue<Switched> switches = new ConcurrentLinkedQueue<>();
    public final AtomicInteger underWay = new AtomicInteger();
    public final MutableClock clock = new MutableClock(NOON);
    public final Queue<String> changes = new ConcurrentLinkedQueue<>();
    /// How long calls have rested between two attempts; nobody really waits.
    public final Queue<Duration> rests = new ConcurrentLinkedQueue<>();
    /// What else happens while one rests.
    public volatile Runnable resting = () -> {};
    public final Breakers breakers;
    public final Budgets budgets;
    public final Lanes lanes;
    public final Dispatcher dispatcher;
    public final ModelVitals vitals = new ModelVitals(clock);
    private final VitalSigns signs = new VitalSigns(vitals, clock);
    /// How many calls a provider gets at once, where that is not left to what it shows.
    public final Map<String, Integer> parallel = new ConcurrentHashMap<>();

    /// In which line calls wait for a provider, where that is not its own.
    public final Map<String, String> lines = new ConcurrentHashMap<>();

    /// Where money is booked; nowhere at first.
    public volatile Accounts accounts = (_, _, _) -> Account.NONE;

    /// Opens an account for an attempt.
    @FunctionalInterface
    public interface Accounts {
        Account of(Call call, Candidate candidate, long most);
    }

    /// A call that was answered after an attempt of it had failed.
    public record Switched(FailureClass why, long nanos) {}

    public Dispatching(Path folder, long limitMicros) {
        this(folder, limitMicros, Samples.BREAKER);
    }

    public Dispatching(Path folder, long limitMicros, Settings.Breaker breaker) {
        this(folder, limitMicros, breaker, null);
    }

    /// @param limits null for none
    public Dispatching(Path folder, long limitMicros, Settings.Breaker breaker, @Nullable Limits limits) {
        breakers = new Breakers(breaker, clock, () -> 0, change -> {
            changes.add(change.model() + " " + change.to());
            signs.changed(change);
        });
        budgets = new Budgets(List.of(Samples.budget("all", "total", limitMicros, "day")),
                folder.resolve("budgets.tsv"), clock);
        lanes = new Lanes(id -> lines.getOrDefault(id, id), id -> parallel.getOrDefault(id, 0),
                new Settings.Queue(10, 0.9, 0.8), System::nanoTime);
        dispatcher = new Dispatcher(this::borrow, breakers, lanes, budgets,
                limits == null ? Limits.none(clock) : limits, new Listener(), () -> 0.5, this::rest);
    }

    private boolean rest(Duration time, Presence presence) {
        rests.add(time);
        clock.advance(time);
        resting.run();
        return !presence.gone();
    }

    public ScriptedProvider provider(String id) {
        var provider = new ScriptedProvider();
        providers.put(id, provider);
        return provider;
    }

    public ProviderDirectory.@Nullable Loan borrow(String id) {
        Provider provider = providers.get(id);
        return provider == null ? null : new Lent(provider);
    }

    /// The model `m` of a provider, at a price.
    public static Candidate model(String provider) {
        return Samples.priced(provider, "m", PRICE, PRICE);
    }

    public static Plan plan(String... providers) {
        return new Plan(List.of(providers).stream().map(Dispatching::model).toList(), Map.of(), 0);
    }

    public static Order order(Plan plan) {
        return order(plan, Presence.CONSTANT, 60_000);
    }

    public static Order order(Plan plan, Presence presence, long deadlineMs) {
        return order(plan, presence, deadlineMs, _ -> {});
    }

    static Order order(Plan plan, Presence presence, long deadlineMs, Order.Stuck stuck) {
        Call like = Samples.call("home");
        var call = new Call(like.id(), like.dialect(), like.via(), like.tenant(), like.key(), like.model(), false,
                like.priority(), null, true, like.received(), deadlineMs);
        return new Order(call, Context.unspecified(), request(ChatRequest.Sampling.DEFAULT), plan, presence,
                System.nanoTime(), stuck);
    }

    public static ChatRequest request(ChatRequest.Sampling sampling) {
        return new ChatRequest("auto", List.of(ChatRequest.Message.text(ChatRequest.Role.USER, "hi")), List.of(), null,
                sampling, new ChatRequest.Format.Free(), true, false, Map.of(), null);
    }

    public static Map<Parameter, Plan.Limit> capped(Parameter parameter, double cap) {
        return Map.of(parameter, new Plan.Limit(Double.NaN, cap));
    }

    public Budget budget() {
        return budgets.snapshot().getFirst();
    }

    /// Everything that was lent or held is back.
    public void assertNothingHeld() {
        assertThat(lent).as("providers on loan").hasValue(0);
        assertThat(budget().reserved()).as("money held").isZero();
        assertThat(underWay).as("attempts begun and not ended").hasValue(0);
        assertThat(lanes.occupancy().values()).as("calls at a provider or in its line")
                .allMatch(load -> load.inFlight() == 0 && load.waiting() == 0);
        providers.values().forEach(each -> {
            if (each instanceof ScriptedProvider scripted) {
                assertThat(scripted.openStreams()).as("streams open").isZero();
            }
        });
    }

    /// Collects the words of the attempt that counts.
    public static final class Words implements Dispatcher.Sink {
        public final List<String> texts = new ArrayList<>();
        public int begun;

        @Override
        public void begin() {
            begun++;
            texts.clear();
        }

        @Override
        public void accept(ReplyEvent event) {
            if (event instanceof ReplyEvent.Text(String text)) {
                texts.add(text);
            }
        }
    }

    private final class Lent implements ProviderDirectory.Loan {
        private final Provider provider;
        private final AtomicBoolean given = new AtomicBoolean();

        Lent(Provider provider) {
            this.provider = provider;
            lent.incrementAndGet();
        }

        @Override
        public Provider provider() {
            return provider;
        }

        @Override
        public void close() {
            if (given.compareAndSet(false, true)) {
                lent.decrementAndGet();
            }
        }
    }

    private final class Listener implements AttemptListener {
        @Override
        public void waited(Candidate candidate, Priority priority, long nanos) {
            heard.add("waited " + candidate.id());
        }

        @Override
        public Account account(Call call, Candidate candidate, long most) {
            return accounts.of(call, candidate, most);
        }

        @Override
        public void begun(Candidate candidate) {
            underWay.incrementAndGet();
            signs.begun(candidate);
            heard.add("begun " + candidate.id());
        }

        @Override
        public void firstByte(Candidate candidate, long nanos) {
            heard.add("first " + candidate.id());
            signs.firstByte(candidate, nanos);
        }

        @Override
        public void ended(Candidate candidate, @Nullable FailureClass failure, long nanos) {
            underWay.decrementAndGet();
            signs.ended(candidate, failure, nanos);
            heard.add("ended " + candidate.id() + (failure == null ? "" : " " + failure));
        }

        @Override
        public void repeated(Candidate candidate, boolean allowed) {
            heard.add((allowed ? "again " : "not again ") + candidate.id());
        }

        @Override
        public void switched(FailureClass why, long nanos) {
            switches.add(new Switched(why, nanos));
        }

        @Override
        public void throttled(Candidate candidate, Duration retryAfter) {
            heard.add("throttled " + candidate.id() + " " + retryAfter);
        }
    }
}
