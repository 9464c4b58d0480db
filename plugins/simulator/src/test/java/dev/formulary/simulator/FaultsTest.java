package dev.formulary.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.TestAttempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The simulator goes wrong in all the ways in which vendors do, and as it is told.
class FaultsTest {
    private static final ChatRequest HELLO = request(ChatRequest.Options.NONE, Map.of());
    private final AtomicLong clock = new AtomicLong();

    private static ChatRequest request(ChatRequest.Options options, Map<String, Object> extra) {
        return new ChatRequest("echo-small", List.of(Message.text(Role.USER, "hello")), List.of(), null,
                ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), true, true, Map.copyOf(extra), null,
                options);
    }

    private Simulator simulator(Map<String, Object> settings) throws ProviderException {
        var all = new HashMap<String, Object>(Map.of("first-token-ms", 0, "tokens-per-second", 0));
        all.putAll(settings);
        return new Simulator(Behaviour.of(all), clock::get);
    }

    private static Map<String, Object> faults(Map<?, ?>... faults) {
        return Map.of("faults", List.of(faults));
    }

    private static ProviderException failure(Simulator simulator, Duration patience) {
        return catchThrowableOfType(ProviderException.class,
                () -> Answer.read(simulator.chat(HELLO, TestAttempt.lasting(patience))));
    }

    @ParameterizedTest
    @CsvSource({"server, SERVER", "auth, AUTH", "dead, CONNECT", "hang, TIMEOUT"})
    void aProbeFailsWhereNobodyWouldListModels(String fault, FailureCategory category) throws Exception {
        Simulator down = simulator(faults(Map.of("fault", fault)));

        assertThatThrownBy(() -> down.probe(TestAttempt.lasting(Duration.ofMillis(50))))
                .isInstanceOfSatisfying(ProviderException.class, e -> assertThat(e.category()).isEqualTo(category));
        simulator(faults(Map.of("fault", "cut"))).probe(TestAttempt.lasting(Duration.ofSeconds(1)));
        simulator(Map.of()).probe(TestAttempt.lasting(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource({"throttled, THROTTLED, 429", "quota, QUOTA, 429", "server, SERVER, 500", "auth, AUTH, 401",
            "overflow, CONTEXT_OVERFLOW, 400", "dead, CONNECT, 0", "cut, CUT, 0", "malformed, MALFORMED, 0"})
    void eachFaultIsTypedAsTheVendorsIs(String fault, FailureCategory category, int status) throws Exception {
        ProviderException thrown = failure(simulator(faults(Map.of("fault", fault))), Duration.ofSeconds(30));

        assertThat(thrown.category()).isEqualTo(category);
        assertThat(thrown.status()).isEqualTo(status);
        assertThat(thrown.retryAfter()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"hang", "stall"})
    void whatNeverComesIsWaitedForUntilTheDeadline(String fault) throws Exception {
        assertThat(failure(simulator(faults(Map.of("fault", fault))), Duration.ofMillis(50)).category())
                .isEqualTo(FailureCategory.TIMEOUT);
    }

    @Test
    void aSlowDripIsComplete() throws Exception {
        Simulator simulator = simulator(faults(Map.of("fault", "drip", "gap-ms", 1)));
        assertThat(Answer.read(simulator.chat(HELLO, TestAttempt.patient())).text()).contains("You said: hello");
        assertThat(failure(simulator(faults(Map.of("fault", "drip", "gap-ms", 600_000))), Duration.ofMillis(50))
                .category()).isEqualTo(FailureCategory.TIMEOUT);
    }

    @Test
    void aThrottleMaySayHowLongOrNot() throws Exception {
        assertThat(failure(simulator(faults(Map.of("fault", "throttled", "retry-after-ms", 700))),
                Duration.ofSeconds(30)).retryAfter()).hasValue(Duration.ofMillis(700));
        assertThat(failure(simulator(Map.of("error-rate", 1, "error", "throttled", "retry-after-ms", 0)),
                Duration.ofSeconds(30)).retryAfter()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3", "1000, 1000"})
    void breaksOffAfterSoManyTokens(int after, int most) throws Exception {
        List<ReplyEvent> came = new ArrayList<>();
        try (ReplyStream stream = simulator(faults(Map.of("fault", "cut", "after-tokens", after))).chat(HELLO,
                TestAttempt.patient())) {
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                came.add(event);
            }
            assertThat(after).as("an answer shorter than that is complete").isEqualTo(1000);
        } catch (ProviderException e) {
            assertThat(came).hasSize(most);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "3", "9"})
    void anotherSimulatorGoesOnWithWhatBrokeOff(int after) throws Exception {
        String whole = Answer.read(simulator(Map.of()).chat(HELLO, TestAttempt.patient())).text();
        var said = new StringBuilder();
        try (ReplyStream stream = simulator(faults(Map.of("fault", "cut", "after-tokens", after))).chat(HELLO,
                TestAttempt.patient())) {
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                said.append(event instanceof ReplyEvent.Text(String text) ? text : "");
            }
        } catch (ProviderException e) {
            assertThat(e.category()).isEqualTo(FailureCategory.CUT);
        }
        var begun = new ArrayList<>(HELLO.messages());
        begun.add(Message.text(Role.ASSISTANT, said.toString()));
        var asked = new ChatRequest(HELLO.model(), begun, List.of(), null, HELLO.sampling(), HELLO.format(), true, true,
                Map.of(), null);

        String rest = Answer.read(simulator(Map.of()).chat(asked, TestAttempt.patient())).text();
        assertThat(said + rest).isEqualTo(whole);
    }

    @Test
    void aModelMayDecline() throws Exception {
        Answer answer = Answer.read(simulator(faults(Map.of("fault", "refused"))).chat(HELLO, TestAttempt.patient()));

        assertThat(answer.finishes()).containsExactly(Reason.CONTENT_FILTER);
        assertThat(answer.events().getFirst()).isInstanceOf(ReplyEvent.Refusal.class);
    }

    @Test
    void severalFaultsHappenAsOftenAsTheyShould() throws Exception {
        Simulator simulator = simulator(faults(Map.of("fault", "server", "rate", 0.2), Map.of("fault", "auth", "rate",
                0.1)));
        Map<FailureCategory, Integer> counts = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            ProviderException thrown = failure(simulator, Duration.ofSeconds(30));
            if (thrown != null) {
                counts.merge(thrown.category(), 1, Integer::sum);
            }
        }
        assertThat(counts.keySet()).containsExactlyInAnyOrder(FailureCategory.SERVER, FailureCategory.AUTH);
        assertThat(counts.get(FailureCategory.SERVER)).isBetween(900, 1_100);
        assertThat(counts.get(FailureCategory.AUTH)).isBetween(400, 600);
    }

    @Test
    void itDriftsByTime() throws Exception {
        Simulator simulator = simulator(Map.of("phases", List.of(
                Map.of("after-ms", 1_000, "faults", List.of(Map.of("fault", "server"))),
                Map.of("after-ms", 2_000, "error-rate", 0))));
        assertThat(failure(simulator, Duration.ofSeconds(30))).isNull();
        clock.set(TimeUnit.MILLISECONDS.toNanos(1_000));
        assertThat(failure(simulator, Duration.ofSeconds(30))).isNotNull();
        clock.set(TimeUnit.MILLISECONDS.toNanos(2_000));
        assertThat(failure(simulator, Duration.ofSeconds(30))).isNull();
    }

    @Test
    void itDriftsByCallsAndKeepsWhatAPhaseDoesNotChange() throws Exception {
        Behaviour behaviour = Behaviour.of(Map.of("first-token-ms", 7, "tokens-per-second", 9, "phases",
                List.of(Map.of("after-calls", 2, "first-token-ms", 500))));
        assertThat(behaviour.at(0, 1).firstTokenMillis()).isEqualTo(7);
        assertThat(behaviour.at(1_000_000, 2).firstTokenMillis()).isEqualTo(500);
        assertThat(behaviour.at(0, 2).tokensPerSecond()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({"uniform, 95, 105", "exponential, 65, 74", "lognormal, 96, 104"})
    void timesStrayAsTheyAreTold(String distribution, double leastMedian, double mostMedian) throws Exception {
        Conduct conduct = Behaviour.of(Map.of("first-token-ms", 100, "first-token-jitter-ms", 50, "distribution",
                distribution)).conduct();
        var random = new SplittableRandom(3);
        double[] millis = new double[20_001];
        Arrays.setAll(millis, i -> conduct.firstTokenNanos(random) / 1e6);
        Arrays.sort(millis);

        assertThat(millis[millis.length / 2]).isBetween(leastMedian, mostMedian);
        assertThat(millis[0]).isNotNegative();
        assertThat(millis[millis.length - 1]).isGreaterThan(millis[0] * 2);
    }

    @Test
    void whatElseIsAskedForIsDoneOrToldToBeIgnored() throws Exception {
        var options = new ChatRequest.Options(5, 0.1, 1.0, -1.0, 2, ChatRequest.Effort.HIGH, null, null, null,
                Set.of());
        Answer answer = Answer.read(simulator(Map.of()).chat(request(options, Map.of("store", true)),
                TestAttempt.patient()));

        assertThat(answer.events()).filteredOn(ReplyEvent.Ignored.class::isInstance).containsExactly(
                new ReplyEvent.Ignored("store"), new ReplyEvent.Ignored("top_k"), new ReplyEvent.Ignored("min_p"),
                new ReplyEvent.Ignored("frequency_penalty"), new ReplyEvent.Ignored("presence_penalty"));
        assertThat(answer.events()).filteredOn(ReplyEvent.Thinking.class::isInstance).hasSize(4);
        assertThat(answer.events()).filteredOn(ReplyEvent.Logprobs.class::isInstance).hasSize(10)
                .allMatch(event -> ((ReplyEvent.Logprobs) event).tokens().getFirst().alternatives().size() == 2);
        assertThat(answer.usage()).isNotNull().matches(usage -> usage.thinkingTokens() == 4
                && usage.completionTokens() == 14);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "faults | [{rate=0.5}] | each entry of 'faults' needs a 'fault': throttled, quota,",
            "faults | [{fault=odd}] | 'faults[0].fault' must be one of throttled, quota,",
            "faults | [{fault=cut, rate=2}] | 'faults[0].rate' must be a number from 0 to 1, not '2'",
            "faults | [{fault=cut, after=2}] | there is no setting 'faults[0].after'; there are after-tokens, fault,",
            "faults | [{fault=cut, rate=0.7}{fault=hang, rate=0.7}] | the rates of all faults are 1.4 together",
            "phases | [{first-token-ms=3}] | a phase needs either 'after-ms' or 'after-calls'",
            "phases | [{after-ms=1, models=3}] | there is no setting 'phases[0].models'"})
    void saysWhatIsWrong(String key, String entries, String message) {
        assertThatThrownBy(() -> Behaviour.of(Map.of(key, parsed(entries)))).isInstanceOf(ProviderException.class)
                .hasMessageContaining(message);
    }

    private static List<Map<String, Object>> parsed(String entries) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (String entry : entries.substring(2, entries.length() - 2).split("\\}\\{", -1)) {
            Map<String, Object> map = new HashMap<>();
            for (String member : entry.split(", ", -1)) {
                map.put(member.substring(0, member.indexOf('=')), member.substring(member.indexOf('=') + 1));
            }
            all.add(map);
        }
        return all;
    }
}
