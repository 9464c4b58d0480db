package dev.formulary.engine.grid;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.admission.Window;
import dev.formulary.engine.admission.Window.Kept;
import dev.formulary.engine.admission.Window.Size;
import dev.formulary.engine.admission.Window.Slot;
import dev.formulary.engine.config.ClusterSettings;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.WhenApart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ClusterApartTest {
    private static final Size MINUTE = new Size(90, 0, 60_000);

    private final AtomicLong clock = new AtomicLong(NOON.toEpochMilli());

    private Window window(ClusterNodes nodes, int node, Kept kept) {
        return nodes.node(node).limits().of("calls", MINUTE, clock::get, kept);
    }

    private List<Window> windows(ClusterNodes nodes, int count) {
        return IntStream.range(0, count).mapToObj(i -> window(nodes, i, Kept.NONE)).toList();
    }

    /// Takes one at a time until nothing more comes.
    private static int takeAll(Window window) {
        int taken = 0;
        while (window.take(1) >= 0) {
            taken++;
        }
        return taken;
    }

    @Test
    void whatADeadNodeTookStaysCountedAndTheOthersHaveTheirShare() throws Exception {
        try (var nodes = new ClusterNodes(3, WhenApart.SHARE)) {
            List<Window> windows = windows(nodes, 3);
            var let = new AtomicInteger();
            try (ExecutorService executor = Executors.newFixedThreadPool(24)) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < 24; i++) {
                    Window window = windows.get(i % 3);
                    all.add(executor.submit(() -> {
                        for (int j = 0; j < 2; j++) {
                            let.addAndGet(window.take(1) >= 0 ? 1 : 0);
                        }
                    }));
                }
                nodes.node(0).close();
                for (Future<?> one : all) {
                    one.get();
                }
            }
            nodes.awaitHere(2, 1, 2);
            int before = let.get();

            int after = takeAll(windows.get(1)) + takeAll(windows.get(2));

            assertThat(before + after).isLessThanOrEqualTo(90).isBetween(60 - 1, 90);
            clock.addAndGet(62_000);
            assertThat(takeAll(windows.get(1)) + takeAll(windows.get(2))).as("two of three").isEqualTo(60);

            clock.addAndGet(62_000);
            nodes.restart(0);
            nodes.awaitHere(3, 0, 1, 2);
            assertThat(takeAll(window(nodes, 0, Kept.NONE)) + takeAll(windows.get(1))).as("all again").isEqualTo(90);
        }
    }

    @Test
    void partsThatDoNotSeeEachOtherTogetherKeepTheLimit() throws Exception {
        try (var nodes = new ClusterNodes(3, WhenApart.SHARE)) {
            List<Window> windows = windows(nodes, 3);
            assertThat(windows.get(0).take(9)).isPositive();

            nodes.cutOff(0);
            var taken = new ConcurrentLinkedQueue<Integer>();
            try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
                // those that come before the nodes know that they are apart, too
                windows.forEach(window -> executor.execute(() -> taken.add(takeAll(window))));
            }
            nodes.awaitHere(1, 0);
            nodes.awaitHere(2, 1, 2);
            windows.forEach(window -> taken.add(takeAll(window)));
            int apart = taken.stream().mapToInt(Integer::intValue).sum();

            assertThat(apart).isEqualTo(90 / 3 - 9 + 2 * 90 / 3 - 9);
            nodes.mend(0);
            nodes.awaitHere(3, 0, 1, 2);
            Awaitility.await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(windows).allMatch(each -> each.left() == 90 - 9 - apart));
            assertThat(windows.stream().mapToInt(ClusterApartTest::takeAll).sum()).isEqualTo(90 - 9 - apart);
        }
    }

    @Test
    void wherePartsAreRefusedTheLargerOneHasAll() throws Exception {
        try (var nodes = new ClusterNodes(3, WhenApart.REFUSE)) {
            List<Window> windows = windows(nodes, 3);

            nodes.cutOff(0);
            nodes.awaitHere(1, 0);
            nodes.awaitHere(2, 1, 2);

            assertThat(windows.get(0).take(1)).isEqualTo(Window.APART);
            assertThat(windows.get(0).left()).isZero();
            assertThat(takeAll(windows.get(1)) + takeAll(windows.get(2))).isEqualTo(90);
        }
    }

    /// What a node keeps of a limit.
    private static final class Memory implements Kept {
        private volatile long life;
        private volatile List<Slot> slots = List.of();

        @Override
        public long life() {
            return life;
        }

        @Override
        public List<Slot> slots() {
            return slots;
        }

        @Override
        public void keep(long now, List<Slot> all) {
            slots = all;
            life = now;
        }
    }

    @Test
    void afterAllHaveStartedAgainTheMostThatAnyOfThemKnewIsCounted() throws Exception {
        var memories = List.of(new Memory(), new Memory());
        try (var nodes = new ClusterNodes(2, WhenApart.SHARE)) {
            Window one = window(nodes, 0, memories.get(0));
            Window other = window(nodes, 1, memories.get(1));
            one.take(10);
            other.take(20);

            // a node that was away does not count anything twice
            nodes.node(0).close();
            nodes.restart(0);
            nodes.awaitHere(2, 0, 1);
            Window again = window(nodes, 0, memories.get(0));
            again.take(5);
            assertThat(other.left()).isEqualTo(55);
            other.take(1);
        }
        assertThat(memories.get(0).slots).isNotEqualTo(memories.get(1).slots);

        try (var nodes = new ClusterNodes(2, WhenApart.SHARE)) {
            Window one = window(nodes, 0, memories.get(0));
            one.take(4);
            Window other = window(nodes, 1, memories.get(1));
            other.take(2);

            assertThat(List.of(one.left(), other.left())).containsOnly(90L - 36 - 6);
        }
    }

    private static Cluster join(List<Integer> ports, int index, String secret) throws IOException {
        return Cluster.join(ClusterNodes.settings(ports.get(index), ports, secret, WhenApart.SHARE),
                Settings.Sessions.USUAL);
    }

    @Test
    void aNodeWithAnotherSecretStaysOutsideAndIsTold() throws Exception {
        List<Integer> ports = ClusterNodes.ports(2);
        try (var one = join(ports, 0, "the secret of the one"); var other = join(ports, 1, "the secret of the other")) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> one.state().unreadable() > 0);

            assertThat(List.of(one.state(), other.state())).allMatch(each -> each.here().size() == 1 && !each.whole())
                    .allMatch(each -> each.part() == 1 && each.of() == 2);
        }
    }

    @Test
    void nodesThatListOtherMembersAreNoneOfOurs() throws Exception {
        List<Integer> ports = ClusterNodes.ports(3);
        try (var _ = join(ports.subList(0, 2), 0, "the secret of both");
                var two = join(ports, 1, "the secret of both")) {
            assertThat(two.state().here()).containsExactly(two.state().node());
        }
    }

    @Test
    void anAddressOrAPortThatCantBeHadIsToldAtTheStart() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> Cluster.join(ClusterNodes.settings(port, List.of(port), "x", WhenApart.SHARE),
                    Settings.Sessions.USUAL))
                    .isInstanceOf(IOException.class).hasMessageStartingWith("cluster.port: another program listens on"
                            + " port " + port + " of 127.0.0.1");
        }
        var elsewhere = new ClusterSettings("tests", "192.0.2.1", 7800, List.of("192.0.2.1:7800"),
                new Secret("a secret of the tests"), Duration.ofSeconds(1), WhenApart.SHARE);
        assertThatThrownBy(() -> Cluster.join(elsewhere, Settings.Sessions.USUAL)).isInstanceOf(IOException.class)
                .hasMessageStartingWith("cluster.bind: 192.0.2.1 is no address of this machine");
    }
}
