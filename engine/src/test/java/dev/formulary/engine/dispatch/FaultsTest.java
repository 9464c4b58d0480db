package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.LiveThreads;
import dev.formulary.engine.Samples;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Five providers that fail in every way by a schedule made of a seed, one of which always works: nobody notices, and nothing
/// is left behind: no permit, no money held back, no loan, no thread. `-Dformulary.faults=100000` makes as many calls and prints
/// how long it took from a failure to the answer of another model. What becomes of real connections and of sessions is looked at
/// by the test of the whole process (`FaultsIT`).
class FaultsTest {
    private static final int CALLS = Integer.getInteger("formulary.faults", 1_500);
    private static final boolean PRINTS = System.getProperty("formulary.faults") != null;
    private static final int CALLERS = 16;
    /// How long a model gets that does not begin to answer, in milliseconds.
    private static final int FIRST_BYTE_MS = 10;
    private static final int PROVIDERS = 5;
    private static final Set<String> MODELS = Set.of("p0/m", "p1/m", "p2/m", "p3/m", "p4/m");
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final String STORY = "Once upon a time, two small boats left their quiet harbour; behind them über"
            + " dark hills, the moon rose \uD83C\uDF15 slowly.";
    private static final List<FailureCategory> BREAKS = List.of(FailureCategory.CUT, FailureCategory.MALFORMED,
            FailureCategory.TIMEOUT, FailureCategory.SERVER);
    private static final List<String> WORDS = List.of("one ", "two ", "three ", "four");

    @TempDir
    Path folder;

    /// What a provider does, for some calls at a time.
    private enum Fault {
        NONE, UNKNOWN, CONNECT, DNS, TLS, THROTTLED, QUOTA, AUTH, CONTEXT, CONFIGURED, SERVER, HANG, MALFORMED, NOTHING, EARLY, SILENT, LATE, THROWS
    }

    /// A provider that behaves by its own schedule, or always.
    private static final class Faulty implements Provider {
        private final Random schedule;
        private final boolean sound;
        private Fault now = Fault.NONE;
        private int left;

        Faulty(long seed, boolean sound) {
            this.schedule = new Random(seed);
            this.sound = sound;
        }

        private synchronized Fault fault() {
            if (left-- <= 0) {
                now = sound ? Fault.NONE : FAULTS.get(schedule.nextInt(FAULTS.size()));
                // really waits, while others answer in no time
                left = schedule.nextInt(now == Fault.HANG ? 10 : 40);
            }
            return now;
        }

        @Override
        public List<ModelCard> models() {
            return List.of(ModelCard.of("m"));
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
            return switch (fault()) {
                case NONE -> said(WORDS.size(), finish());
                case UNKNOWN -> throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "not here");
                case CONNECT -> throw new ProviderException(FailureCategory.CONNECT, "nobody there");
                case DNS -> throw new ProviderException(FailureCategory.CONNECT, "no such name", 0, null,
                        new UnknownHostException("vendor.example"));
                case TLS -> throw new ProviderException(FailureCategory.CONNECT, "not safe", 0, null,
                        new SSLHandshakeException("no common protocol"));
                case CONTEXT -> throw new ProviderException(FailureCategory.CONTEXT_OVERFLOW, "too long");
                case CONFIGURED -> throw new ProviderException(FailureCategory.CONFIGURATION, "wrongly");
                case HANG -> throw hang(attempt);
                case THROTTLED -> throw new ProviderException(FailureCategory.THROTTLED, "too many");
                case QUOTA -> throw new ProviderException(FailureCategory.QUOTA, "used up");
                case AUTH -> throw new ProviderException(FailureCategory.AUTH, "who are you");
                case SERVER -> throw new ProviderException(FailureCategory.SERVER, "down");
                case MALFORMED -> said(0, failure(FailureCategory.MALFORMED));
                case NOTHING -> said(0, () -> null);
                case EARLY -> said(0, failure(FailureCategory.CUT));
                case SILENT ->
                    request.stream() ? said(WORDS.size(), finish()) : said(1, failure(FailureCategory.TIMEOUT));
                // in a stream the caller has begun to read by then
                case LATE -> request.stream() ? said(WORDS.size(), finish()) : said(2, failure(FailureCategory.CUT));
                case THROWS -> throw new IllegalStateException("a mistake of the plug-in");
            };
        }

        /// Keeps to its time, as a provider should.
        private static ProviderException hang(Attempt attempt) throws InterruptedException {
            var released = new CountDownLatch(1);
            attempt.onCancel(released::countDown);
            var _ = released.await(attempt.firstByte().toNanos(), TimeUnit.NANOSECONDS);
            return new ProviderException(FailureCategory.TIMEOUT, "nothing came");
        }

        private static ReplyStream said(int words, ScriptedProvider.Step end) throws ProviderException,
                InterruptedException {
            var steps = new ArrayList<ScriptedProvider.Step>();
            WORDS.subList(0, words).forEach(word -> steps.add(text(word)));
            steps.add(end);
            return new ScriptedProvider().streams(steps.toArray(ScriptedProvider.Step[]::new))
                    .chat(Dispatching.request(ChatRequest.Sampling.DEFAULT), new RunningAttempt("x", Long.MAX_VALUE,
                            Duration.ofMinutes(1)));
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    /// A provider whose streams break off in the midst of words as often as not, and that goes on faithfully where it is asked
    /// to: as told, or exactly, or with all anew.
    private static final class Cutting implements Provider {
        private final Random schedule;
        private final boolean sound;
        private int inRow;

        Cutting(long seed, boolean sound) {
            this.schedule = new Random(seed);
            this.sound = sound;
        }

        @Override
        public List<ModelCard> models() {
            return List.of(ModelCard.of("m"));
        }

        @Override
        public synchronized ReplyStream chat(ChatRequest request, Attempt attempt)
                throws ProviderException, InterruptedException {
            String rest = rest(request);
            // not often enough to open its breaker, so that it is asked again and again
            boolean cut = !sound && inRow < 2 && schedule.nextBoolean();
            inRow = cut ? inRow + 1 : 0;
            int end = cut ? 1 + schedule.nextInt(rest.length()) : rest.length();
            var steps = new ArrayList<ScriptedProvider.Step>();
            for (int at = 0; at < end;) {
                int next = Math.min(end, at + 1 + schedule.nextInt(5));
                steps.add(text(rest.substring(at, next)));
                at = next;
            }
            FailureCategory why = BREAKS.get(schedule.nextInt(BREAKS.size()));
            steps.add(cut ? failure(why) : finish());
            return new ScriptedProvider().streams(steps.toArray(ScriptedProvider.Step[]::new)).chat(request, attempt);
        }

        private String rest(ChatRequest request) {
            String said = request.messages().size() < 3 ? "" : request.messages().get(1).plainText();
            assertThat(STORY).as("what was said so far").startsWith(said);
            return switch (schedule.nextInt(3)) {
                case 0 -> STORY.substring(said.length());
                case 1 -> STORY;
                default -> STORY.substring(said.stripTrailing().lastIndexOf(' ') + 1);
            };
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    /// @param sound whose model has room for what does not fit into the others
    private static Plan some(Random random, String sound) {
        List<String> order = new ArrayList<>(List.of("p0", "p1", "p2", "p3", "p4"));
        Collections.shuffle(order, random);
        Plan plan = plan(order.toArray(String[]::new));
        boolean hedged = random.nextInt(10) == 0;
        Map<Parameter, Plan.Limit> parameters = new EnumMap<>(Map.of(Parameter.FIRST_BYTE_MS,
                new Plan.Limit(FIRST_BYTE_MS, Double.NaN)));
        if (hedged) {
            parameters.put(Parameter.HEDGE_MS, new Plan.Limit(FIRST_BYTE_MS / 4.0, Double.NaN));
        }
        List<Candidate> attempts = plan.attempts().stream()
                .map(each -> each.provider().equals(sound) ? roomy(each) : each)
                .toList();
        return new Plan(attempts, parameters, 0, -1,
                random.nextInt(4) == 0 ? Priority.BATCH : null, someReactions(random));
    }

    private static Candidate roomy(Candidate like) {
        ModelCard card = like.card();
        return Candidate.of(like.provider(), new ModelCard(card.id(), card.capabilities(), 2 * card.contextTokens(),
                card.inputPrice(), card.outputPrice(), card.local(), card.labels(), card.quality(), card.safety(),
                card.attributes()), like.vitals());
    }

    /// Whatever rules say, but that nobody else is asked.
    private static Map<FailureClass, Reaction> someReactions(Random random) {
        var reactions = new EnumMap<FailureClass, Reaction>(FailureClass.class);
        for (FailureClass failure : FailureClass.values()) {
            Reaction reaction = random.nextBoolean() ? Reaction.RETRY : Reaction.NEXT;
            if (failure.may(reaction) && random.nextInt(3) == 0) {
                reactions.put(failure, reaction);
            }
        }
        return reactions;
    }

    private static String whole(Dispatching desk, Plan plan) throws Exception {
        var words = new Dispatching.Words();
        desk.dispatcher.collect(order(plan), words);
        return String.join("", words.texts);
    }

    private static String streamed(Dispatching desk, Plan plan) throws Exception {
        return words(desk.dispatcher.stream(order(plan)));
    }

    private static String words(ReplyStream stream) throws Exception {
        var said = new StringBuilder();
        for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
            if (event instanceof ReplyEvent.Text(String text)) {
                said.append(text);
            }
        }
        return said.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nobodyNoticesWhileOneProviderWorks(long seed) throws Exception {
        var desk = new Dispatching(folder, Long.MAX_VALUE / 4);
        for (int i = 0; i < PROVIDERS; i++) {
            desk.providers.put("p" + i, new Faulty(seed * 31 + i, i == seed % PROVIDERS));
            if (i % 2 == 0) {
                desk.parallel.put("p" + i, CALLERS);
            }
        }
        String all = String.join("", WORDS);
        calls(desk, seed, random -> {
            Plan plan = some(random, "p" + seed % PROVIDERS);
            assertThat(random.nextBoolean() ? whole(desk, plan) : streamed(desk, plan)).isEqualTo(all);
        });
        assertThat(desk.switches).filteredOn(each -> each.why() == FailureClass.FIRST_BYTE_TIMEOUT)
                .as("where a model hung, the time counts from when it was asked")
                .allMatch(each -> each.nanos() >= TimeUnit.MILLISECONDS.toNanos(FIRST_BYTE_MS - 1));
        print(desk, "whole answers and beginnings, seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nobodyNoticesWhereAnswersBreakOffAndMayBeGoneOnWith(long seed) throws Exception {
        var desk = new Dispatching(folder, Long.MAX_VALUE / 4);
        for (int i = 0; i < PROVIDERS; i++) {
            desk.providers.put("p" + i, new Cutting(seed * 37 + i, i > 2));
            desk.parallel.put("p" + i, CALLERS);
        }
        var continued = new AtomicInteger();
        calls(desk, seed, random -> {
            var order = new ArrayList<>(List.of("p0", "p1", "p3", "p4"));
            Collections.shuffle(order, random);
            Plan plan = new Plan(plan(order.toArray(String[]::new)).attempts(),
                    Map.of(Parameter.CONTINUATIONS, new Plan.Limit(2, Double.NaN)), 0);
            LiveAnswer live = desk.dispatcher.stream(order(plan));
            assertThat(words(live)).isEqualTo(STORY);
            assertThat(live.stream().state()).isEqualTo(StreamState.DONE);
            continued.addAndGet(live.continuedBy().size());
        });
        assertThat(continued).as("answers that broke off").hasValueGreaterThan(CALLS / 20);
        assertThat(desk.switches).as("each of them was measured").hasSizeGreaterThanOrEqualTo(continued.get());
        print(desk, "answers that broke off, seed " + seed);
    }

    /// From a failure to the first content of the answer, by class of the failure.
    private static void print(Dispatching desk, String what) {
        if (!PRINTS) {
            return;
        }
        System.out.printf(Locale.ROOT, "%s: %d calls, 0 failed; time to switch:%n", what, CALLS / CALLERS * CALLERS);
        var byClass = desk.switches.stream().collect(Collectors.groupingBy(each -> each.why().name(), TreeMap::new,
                Collectors.mapping(Dispatching.Switched::nanos, Collectors.toList())));
        byClass.put("all", desk.switches.stream().map(Dispatching.Switched::nanos).toList());
        byClass.forEach((why, nanos) -> System.out.printf(Locale.ROOT,
                "  %-20s %6d   p50 %8.3f ms   p99 %8.3f ms   max %8.3f ms%n", why, nanos.size(), percentile(nanos, 50),
                percentile(nanos, 99), percentile(nanos, 100)));
    }

    private static double percentile(List<Long> nanos, int percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1)) / 1e6;
    }

    /// One call of a caller.
    private interface Calling {
        void call(Random random) throws Exception;
    }

    private void calls(Dispatching desk, long seed, Calling calling) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Future<?>>();
            for (int caller = 0; caller < CALLERS; caller++) {
                var random = new Random(seed * 1_000 + caller);
                done.add(callers.submit(() -> {
                    for (int i = 0; i < CALLS / CALLERS; i++) {
                        if (i % 20 == 0) {
                            // open breakers try again, so that what fails is asked again
                            desk.clock.advance(Samples.BREAKER.openMost());
                            desk.breakers.tick(MODELS);
                        }
                        calling.call(random);
                    }
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        // whoever has lost a race ends a little later than the call
        await().untilAsserted(desk::assertNothingHeld);
        await().untilAsserted(() -> assertThat(LiveThreads.named(folder, "hedge-", "deadline-")).isEmpty());
    }
}
