package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.dispatch.ScriptedProvider.thrown;
import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.STREAMED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.spi.FailureCategory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final int CALLS = 300;
    private static final List<String> CODES = List.of("denied_by_policy", "policy_failed");

    @TempDir
    private Path folder;

    private static void script(ScriptedProvider provider, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> provider.fails(FailureCategory.SERVER);
            case 1 -> provider.streams(text("half"), failure(FailureCategory.CUT));
            case 2 -> provider.streams(text("half"), thrown(new IllegalStateException("bug")));
            case 3 -> provider.fails(FailureCategory.REFUSED);
            default -> provider.streams(text("so"), text(" it"), finish());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void hearsOfEveryDecidedCallOnce(long seed) throws Exception {
        var desk = new Desk(folder, null);
        var scripting = new Random(seed);
        for (String id : List.of("a", "b")) {
            ScriptedProvider provider = desk.dispatching.provider(id);
            for (int i = 0; i < CALLS; i++) {
                script(provider, scripting);
            }
        }
        Gateway.Policy allowing = desk.policy;
        desk.policy = question -> {
            int chance = Math.floorMod(question.call().id().hashCode(), 10);
            return (chance < CODES.size() ? Desk.denying(CODES.get(chance)) : allowing).decide(question);
        };
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                var random = new Random(seed * CALLS + i);
                calls.add(executor.submit(() -> {
                    call(desk, random);
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        assertThat(desk.decided).hasSize(CALLS);
        desk.assertSettled();
    }

    private static void call(Desk desk, Random random) throws InterruptedException {
        Answer answer = desk.enter(random.nextBoolean() ? HELLO : STREAMED);
        if (answer instanceof Answer.Streamed streamed) {
            try (Answer.Frames frames = streamed.frames()) {
                while (frames.next() != null && random.nextInt(6) > 0) {
                    // reads on, or leaves in the middle
                }
            }
        }
    }

    @Test
    void idsSortByTimeAndNeverRepeat() {
        var random = new Random(5);
        var ids = new ArrayList<String>();
        long millis = 1_700_000_000_000L;
        for (int i = 0; i < 5_000; i++) {
            millis += 1 + random.nextInt(1_000_000);
            ids.add(CallIds.next(millis));
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9A-HJKMNP-TV-Z]{26}"));
        assertThat(ids.stream().map(id -> id.substring(10)).distinct()).hasSize(5_000);
        assertThat(CallIds.next(0)).startsWith("0000000000");
        assertThat(CallIds.next(1_469_918_176_385L)).startsWith("01ARYZ6S41");
    }
}
