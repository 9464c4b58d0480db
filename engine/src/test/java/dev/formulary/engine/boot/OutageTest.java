package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.dispatch.Breakers;
import dev.formulary.engine.dispatch.Fleet;
import dev.formulary.engine.dispatch.VitalSigns;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.provider.CardCatalogue;
import dev.formulary.engine.provider.PluginBuilder;
import dev.formulary.engine.provider.Providers;
import dev.formulary.engine.statistics.Baselines;
import dev.formulary.engine.statistics.Trends;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.engine.vitals.SignalBook;
import dev.formulary.spi.ModelCard;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A provider that is gone for a while, as breakers, vitals, series, the shipped rules and alerts see it, on a clock that runs
/// ahead.
class OutageTest {
    private static final String MODEL = "cloud/m";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Settings.Breaker BREAKER = new Settings.Breaker(0.5, 20, 10, 0.8, Duration.ofSeconds(60),
            Duration.ofSeconds(10), Duration.ofMinutes(5), 3);

    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(Samples.NOON);
    private final ModelVitals vitals = new ModelVitals(clock);
    private final VitalSigns signs = new VitalSigns(vitals, clock);
    private final Breakers breakers = new Breakers(BREAKER, clock, () -> 0, signs::changed);
    private final Fleet fleet = new Fleet(() -> this.cards.get(), vitals::of, breakers);
    private final SignalBook book = new SignalBook(Watch.EVERY, Baselines::at, Trends::of);
    private final Policy policy = new Policy(Path.of("../rules"), new Settings.Policy(false, 1_000,
            Duration.ofSeconds(5)), null, _ -> {});
    private final List<String> told = new ArrayList<>();
    private Supplier<Map<String, List<ModelCard>>> cards = () -> Map.of("cloud", List.of(ModelCard.of("m")));
    private Supplier<Set<String>> outOfReach = Set::of;
    private Alerts alerts;
    private BooleanSupplier up = () -> true;

    @BeforeEach
    void begin() {
        assertThat(policy.load().problems()).isEmpty();
        book.from("models", () -> SignalSources.ofModels(fleet.candidates()));
        book.from("breakers", () -> SignalSources.closedOff(fleet.candidates(), breakers.history(),
                clock.instant().minus(Duration.ofMinutes(15))));
        book.from("providers", () -> SignalSources.ofProviders(fleet.candidates(), outOfReach.get()));
        var channel = new AlertChannel("all", "all", Severity.INFO, List.of(), true, AlertChannel.TIMEOUT,
                new AlertTarget.Log());
        alerts = Alerts.open(new AlertSettings(List.of(channel), AlertSettings.USUAL.retry()), folder, new Random(1),
                clock.instant());
        alerts.tellBy((telling, kept) -> {
            telling.alerts().forEach(each -> told.add(telling.kind().name().toLowerCase(Locale.ROOT) + " "
                    + each.code() + " of " + each.resource()));
            kept.run();
            return true;
        });
    }

    @AfterEach
    void end() {
        alerts.close();
        policy.close();
    }

    private void call() {
        var candidate = fleet.candidates().getFirst();
        CircuitBreaker breaker = breakers.registry().circuitBreaker(MODEL);
        if (breaker.tryAcquirePermission()) {
            signs.begun(candidate);
            if (up.getAsBoolean()) {
                signs.firstByte(candidate, 100_000_000);
                signs.ended(candidate, null, 500_000_000);
                breaker.onSuccess(100, TimeUnit.MILLISECONDS);
            } else {
                signs.ended(candidate, FailureClass.CONNECT, 1_000_000);
                breaker.onError(1, TimeUnit.MILLISECONDS, new IllegalStateException("gone"));
            }
        }
    }

    /// @param calls in ten seconds
    private void run(Duration time, int calls) {
        Instant end = clock.instant().plus(time);
        for (int second = 0; clock.instant().isBefore(end); second++) {
            clock.advance(SECOND);
            fleet.tick();
            for (int i = second * calls / 10; i < (second + 1) * calls / 10; i++) {
                call();
            }
            fleet.tick();
            book.tick(clock.instant());
            if (second % 5 == 0) {
                Instant now = clock.instant();
                alerts.observe(policy.watch(new Situation(now, Host.UNKNOWN, List.of(), 0, 0, alerts.openCodes()),
                        fleet.candidates(), book.signals(now)), now);
            }
            alerts.tick(clock.instant());
        }
    }

    @ParameterizedTest
    @CsvSource({"120, 3", "120, 10", "120, 100", "90, 10", "65, 100", "300, 10"})
    void onlyThatItIsGoneAndThatItIsBackIsTold(int seconds, int calls) {
        run(Duration.ofMinutes(10), calls);
        assertThat(told).as("before").isEmpty();

        up = () -> false;
        run(Duration.ofSeconds(seconds), calls);
        up = () -> true;
        run(Duration.ofMinutes(15), calls);

        assertThat(told).containsExactly("opened provider-down of cloud", "resolved provider-down of cloud");
        assertThat(breakers.state(MODEL)).isEqualTo(BreakerState.CLOSED);
        assertThat(vitals.of(MODEL, BreakerState.CLOSED).errorRate()).isZero();
    }

    @Test
    void aModelThatFailsMoreOftenThanNotBesideOthersIsTold() {
        cards = () -> Map.of("cloud", List.of(ModelCard.of("m"), ModelCard.of("n")));
        run(Duration.ofMinutes(10), 10);
        var chance = new Random(5);
        up = () -> chance.nextInt(10) < 4;
        run(Duration.ofHours(1), 10);
        assertThat(told).containsExactly("opened model-unstable of cloud/m");

        up = () -> true;
        run(Duration.ofMinutes(30), 10);
        assertThat(told).containsExactly("opened model-unstable of cloud/m", "resolved model-unstable of cloud/m");
    }

    /// The plug-in of a server that is not there until a test says so.
    private static PluginBuilder plugin() {
        return new PluginBuilder("1").edit("/* models */", "if (!Boolean.getBoolean(\"formulary.test.there\"))"
                + " throw new ProviderException(FailureCategory.CONNECT, \"no connection to the server\");");
    }

    private Providers providers(List<ProviderEntry> entries) throws IOException {
        return new Providers(folder.resolve("plugins"), folder.resolve("work"), entries,
                new Settings.Plugins("off", List.of()), (_, _) -> {
                    throw new UnsupportedOperationException("no network in this test");
                }, _ -> {}, () -> CardCatalogue.EMPTY);
    }

    @Test
    void aProviderWhoseServerWasOffAtTheStartIsToldOnceUntilItIsThere() throws Exception {
        List<ProviderEntry> entries = List.of(new ProviderEntry("cloud", "echo", Map.of()));
        try (Providers providers = providers(entries)) {
            plugin().into(folder.resolve("plugins/echo.jar"));
            await().until(() -> !providers.reconcile() && !providers.cards().isEmpty());
            cards = providers::cards;
            outOfReach = () -> SignalSources.outOfReach(entries, providers.status());
            run(Duration.ofMinutes(10), 0);
            assertThat(told).containsExactly("opened provider-down of cloud");

            System.setProperty("formulary.test.there", "true");
            await().until(() -> {
                providers.refreshModels();
                return !providers.cards().getOrDefault("cloud", List.of()).isEmpty();
            });
            run(Duration.ofMinutes(10), 10);
            assertThat(told).containsExactly("opened provider-down of cloud", "resolved provider-down of cloud");
        } finally {
            System.clearProperty("formulary.test.there");
        }
    }

    @Test
    void aProviderThatNobodyHasConfiguredNeedNotBeThere() throws Exception {
        try (Providers providers = providers(List.of())) {
            plugin().into(folder.resolve("plugins/echo.jar"));
            await().until(() -> !providers.reconcile() && !providers.cards().isEmpty());
            cards = providers::cards;
            outOfReach = () -> SignalSources.outOfReach(List.of(), providers.status());
            run(Duration.ofMinutes(10), 0);
            assertThat(told).isEmpty();
        }
    }
}
