package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.admission.Lane;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.spi.FailureCategory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Providers that have as many calls as they can take.
class BusyTest {
    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Dispatching desk;
    private ScriptedProvider cloud;

    @BeforeEach
    void begin() {
        desk = new Dispatching(folder, 1_000_000_000);
        desk.parallel.put("gpu", 1);
        desk.provider("gpu").answers("from the gpu");
        cloud = desk.provider("cloud").answers("from the cloud");
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
        desk.assertNothingHeld();
    }

    private static Plan queued(Priority priority, String... providers) {
        Plan plan = plan(providers);
        return new Plan(plan.attempts(), plan.parameters(), 0, -1, priority);
    }

    private Future<Opened> asks(Plan plan) {
        return threads.submit(() -> desk.dispatcher.collect(order(plan), new Dispatching.Words()));
    }

    private Lane gpu() {
        return desk.lanes.of("gpu");
    }

    @Test
    void aCallGoesToTheNextModelWhenTheBestIsBusy() throws Exception {
        Opened first = desk.dispatcher.open(order(plan("gpu")));
        Opened second = asks(plan("gpu", "cloud")).get();
        assertThat(second.candidate().provider()).isEqualTo("cloud");
        assertThat(second.tried()).hasSize(1);
        first.close();
    }

    @Test
    void aCallPassesOverAProviderWhoseAcceleratorAnotherOneHas() throws Exception {
        desk.lines.put("gpu", "card");
        desk.lines.put("server", "card");
        desk.parallel.put("card", 1);
        desk.provider("server").answers("from the server");
        Opened first = desk.dispatcher.open(order(plan("gpu")));
        assertThat(asks(plan("server", "cloud")).get().candidate().provider()).isEqualTo("cloud");
        Future<Opened> waits = asks(plan("server"));
        await().until(() -> desk.lanes.waiting() == 1);
        first.close();
        assertThat(waits.get().candidate().provider()).isEqualTo("server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "cloud"})
    void whereAllAreBusyTheFirstThatIsFreeIsAsked(String free) throws Exception {
        desk.parallel.put("cloud", 1);
        var busy = new HashMap<String, Opened>();
        for (String each : List.of("gpu", "cloud")) {
            busy.put(each, desk.dispatcher.open(order(plan(each))));
        }
        Future<Opened> waits = asks(plan("gpu", "cloud"));
        await().until(() -> desk.lanes.waiting() == 2);
        Objects.requireNonNull(busy.remove(free)).close();
        assertThat(waits.get().candidate().provider()).isEqualTo(free);
        assertThat(desk.lanes.waiting()).as("it waits nowhere else").isZero();
        assertThat(desk.heard).contains("waited gpu/m");
        busy.values().forEach(Opened::close);
    }

    @Test
    void whoFailsWhileAnotherIsStillBusyMeansWaitingOn() throws Exception {
        desk.parallel.put("cloud", 1);
        Opened gpu = desk.dispatcher.open(order(plan("gpu")));
        Opened cloud = desk.dispatcher.open(order(plan("cloud")));
        desk.providers.put("cloud", new ScriptedProvider().fails(FailureCategory.SERVER));
        Future<Opened> waits = asks(plan("gpu", "cloud"));
        await().until(() -> desk.lanes.waiting() == 2);
        cloud.close();
        await().until(() -> desk.lanes.waiting() == 1 && gpu().occupancy().waiting() == 1);
        gpu.close();
        assertThat(waits.get().candidate().provider()).isEqualTo("gpu");
    }

    @Test
    void whereAllLinesAreFullTheCallerIsToldAtOnce() throws Exception {
        desk.parallel.put("cloud", 1);
        Opened gpu = desk.dispatcher.open(order(plan("gpu")));
        Opened cloud = desk.dispatcher.open(order(plan("cloud")));
        for (int i = 1; i <= 10; i++) {
            int inLine = 2 * i;
            var _ = asks(plan("gpu", "cloud"));
            await().until(() -> desk.lanes.waiting() == inLine);
        }
        assertThatThrownBy(() -> desk.dispatcher.open(order(plan("gpu", "cloud"))))
                .isInstanceOfSatisfying(DispatchException.class, refused -> {
                    assertThat(refused.category()).isEqualTo(FailureCategory.THROTTLED);
                    assertThat(refused).hasMessage("the providers are busy: 10 calls wait already");
                });
        gpu.close();
        cloud.close();
        await().until(() -> desk.lanes.waiting() == 0 && gpu().occupancy().inFlight() == 0
                && desk.lanes.of("cloud").occupancy().inFlight() == 0);
    }

    @Test
    void whoLeavesLeavesAllLines() throws Exception {
        desk.parallel.put("cloud", 1);
        Opened gpu = desk.dispatcher.open(order(plan("gpu")));
        Opened cloud = desk.dispatcher.open(order(plan("cloud")));
        var guest = new Guest();
        Future<Opened> waits = threads.submit(() -> desk.dispatcher.open(order(plan("gpu", "cloud"), guest, 60_000)));
        await().until(() -> desk.lanes.waiting() == 2);
        guest.leave();
        assertThatThrownBy(waits::get).cause().isInstanceOfSatisfying(DispatchException.class,
                why -> assertThat(why.category()).isEqualTo(FailureCategory.CANCELLED));
        assertThat(desk.lanes.waiting()).isZero();
        gpu.close();
        cloud.close();
    }

    @Test
    void byARuleItWaitsForTheBestAlthoughAnotherIsFree() throws Exception {
        Opened first = desk.dispatcher.open(order(plan("gpu")));
        Future<Opened> batch = asks(queued(Priority.BATCH, "gpu", "cloud"));
        await().until(() -> gpu().occupancy().waiting() == 1);
        Future<Opened> urgent = asks(queued(Priority.URGENT, "gpu", "cloud"));
        await().until(() -> gpu().occupancy().waiting() == 2);
        first.close();
        assertThat(urgent.get().candidate().provider()).isEqualTo("gpu");
        assertThat(batch.get().candidate().provider()).isEqualTo("gpu");
    }

    @Test
    void aModelThatFailsWhileAnotherIsBusyMeansWaitingForThat() throws Exception {
        var failing = new ScriptedProvider().fails(FailureCategory.SERVER);
        desk.providers.put("cloud", failing);
        Opened first = desk.dispatcher.open(order(plan("gpu")));
        Future<Opened> waits = asks(plan("gpu", "cloud"));
        await().until(() -> gpu().occupancy().waiting() == 1);
        first.close();
        Opened answer = waits.get();
        assertThat(answer.candidate().provider()).isEqualTo("gpu");
        assertThat(answer.tried().getFirst().candidate()).isEqualTo("cloud/m");
    }

    @Test
    void whenTheLineIsFullTheCallerIsToldAtOnceAndWhenToTryAgain() throws Exception {
        Opened first = desk.dispatcher.open(order(plan("gpu")));
        for (int i = 1; i <= 10; i++) {
            int inLine = i;
            var _ = asks(plan("gpu"));
            await().until(() -> gpu().occupancy().waiting() == inLine);
        }
        assertThatThrownBy(() -> desk.dispatcher.open(order(plan("gpu"))))
                .isInstanceOfSatisfying(DispatchException.class, refused -> {
                    assertThat(refused.category()).isEqualTo(FailureCategory.THROTTLED);
                    assertThat(refused).hasMessage("the provider is busy: 10 calls wait already");
                    assertThat(refused.retryAfter()).isPresent();
                });
        first.close();
        await().until(() -> gpu().occupancy().waiting() == 0 && gpu().occupancy().inFlight() == 0);
    }

    @Test
    void aCallerWhoLeavesTheLineIsAskedForNothingMore() throws Exception {
        Opened first = desk.dispatcher.open(order(plan("gpu")));
        var guest = new Guest();
        Future<Opened> waits = threads.submit(() -> desk.dispatcher.open(order(queued(Priority.NORMAL, "gpu", "cloud"),
                guest, 60_000)));
        await().until(() -> gpu().occupancy().waiting() == 1);
        guest.leave();
        assertThatThrownBy(waits::get).cause().isInstanceOfSatisfying(DispatchException.class,
                why -> assertThat(why.category()).isEqualTo(FailureCategory.CANCELLED));
        assertThat(cloud.requests).isEmpty();
        first.close();
    }

    @Test
    void aModelThatIsGoneGivesItsPlaceBack() {
        desk.providers.remove("gpu");
        assertThatThrownBy(() -> desk.dispatcher.open(order(plan("gpu")))).isInstanceOf(DispatchException.class);
        assertThat(gpu().occupancy().inFlight()).isZero();
    }

    @Test
    void whileMemoryIsShortWorkGoesToTheCloud() throws Exception {
        desk.providers.put("gpu", new ScriptedProvider().onThisMachine().answers("from the gpu"));
        desk.lanes.memory().measured(0.91);
        assertThat(asks(plan("gpu", "cloud")).get().candidate().provider()).isEqualTo("cloud");
        desk.lanes.memory().measured(0.89);
        assertThat(asks(plan("gpu", "cloud")).get().candidate().provider()).as("not yet enough").isEqualTo("cloud");
        desk.lanes.memory().measured(0.87);
        assertThat(asks(plan("gpu", "cloud")).get().candidate().provider()).isEqualTo("gpu");
    }

    @Test
    void whatHasNoCloudWaitsUntilThereIsMemory() throws Exception {
        ScriptedProvider home = new ScriptedProvider().onThisMachine().answers("from the gpu");
        desk.providers.put("gpu", home);
        desk.lanes.memory().measured(0.95);
        Future<Opened> waits = asks(plan("gpu"));
        await().until(() -> desk.lanes.waiting() == 1);
        desk.lanes.memory().measured(0.93);
        assertThat(home.requests).isEmpty();
        desk.lanes.memory().measured(0.5);
        assertThat(waits.get().candidate().provider()).isEqualTo("gpu");
        assertThat(desk.lanes.waiting()).isZero();
    }

    @Test
    void whileTheGraphicsCardIsFullWorkGoesToTheCloudAndWhatHasNoneWaits() throws Exception {
        ScriptedProvider home = new ScriptedProvider().onThisMachine().answers("from the gpu");
        desk.providers.put("gpu", home);
        desk.lanes.gpuMemory().measured(-1);
        assertThat(asks(plan("gpu", "cloud")).get().candidate().provider()).as("not measured").isEqualTo("gpu");
        desk.lanes.gpuMemory().measured(0.81);
        assertThat(asks(plan("gpu", "cloud")).get().candidate().provider()).isEqualTo("cloud");
        Future<Opened> waits = asks(plan("gpu"));
        await().until(() -> desk.lanes.waiting() == 1);
        desk.lanes.gpuMemory().measured(0.79);
        assertThat(home.requests).as("not yet enough").hasSize(1);
        desk.lanes.gpuMemory().measured(0.7);
        assertThat(waits.get().candidate().provider()).isEqualTo("gpu");
        assertThat(desk.lanes.waiting()).isZero();
    }

    @Test
    void whatNeedsMemoryOfBothWaitsForBoth() throws Exception {
        ScriptedProvider home = new ScriptedProvider().onThisMachine().answers("from the gpu");
        desk.providers.put("gpu", home);
        desk.lanes.memory().measured(1);
        desk.lanes.gpuMemory().measured(1);
        Future<Opened> waits = asks(plan("gpu"));
        await().until(() -> desk.lanes.waiting() == 1);
        desk.lanes.memory().measured(0.1);
        assertThat(home.requests).isEmpty();
        desk.lanes.gpuMemory().measured(0.1);
        assertThat(waits.get().candidate().provider()).isEqualTo("gpu");
    }

    @Test
    void whoHasNoTimeToWaitForTheGraphicsCardIsToldSo() {
        desk.providers.put("gpu", new ScriptedProvider().onThisMachine());
        desk.lanes.gpuMemory().measured(1);
        assertThatThrownBy(() -> desk.dispatcher.open(order(plan("gpu"), new Guest(), 400)))
                .isInstanceOfSatisfying(DispatchException.class,
                        refused -> assertThat(refused.tried().getFirst().message())
                                .startsWith("this machine's graphics card has no memory for the model now: "));
    }

    @Test
    void aCardThatIsNeverTooFullByThePresetKeepsNobody() {
        var gate = new Lanes(_ -> 0, new Settings.Queue(10, 0.9), System::nanoTime).gpuMemory();
        gate.measured(1);
        assertThat(gate.closed()).isFalse();
    }

    @Test
    void whoHasNoTimeToWaitForMemoryIsToldWhatIsMissing() throws Exception {
        desk.providers.put("gpu", new ScriptedProvider().onThisMachine());
        desk.lanes.memory().measured(1);
        assertThatThrownBy(() -> desk.dispatcher.open(order(plan("gpu"), new Guest(), 400)))
                .isInstanceOfSatisfying(DispatchException.class, refused -> {
                    assertThat(refused.category()).isIn(FailureCategory.THROTTLED, FailureCategory.TIMEOUT);
                    assertThat(refused.tried().getFirst().message())
                            .startsWith("this machine has no memory for the model now: ");
                });
    }

    @Test
    void modelsThatAreLoadedAndThoseElsewhereNeedNoMemory() throws Exception {
        desk.providers.put("gpu", new ScriptedProvider().onThisMachine("m").answers("from the gpu"));
        desk.lanes.memory().measured(1);
        assertThat(asks(plan("gpu", "cloud")).get().candidate().provider()).isEqualTo("gpu");
        assertThat(asks(plan("cloud")).get().candidate().provider()).isEqualTo("cloud");
    }
}
