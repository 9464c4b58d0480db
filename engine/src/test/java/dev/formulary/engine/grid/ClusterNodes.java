package dev.formulary.engine.grid;

import dev.formulary.engine.config.ClusterSettings;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.WhenApart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jgroups.JChannel;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TP;
import org.jgroups.stack.ProtocolStack;

/// Members of a cluster in this JVM, which speak to each other by TCP on 127.0.0.1.
final class ClusterNodes implements AutoCloseable {
    private static final String SECRET = "a secret of the tests only";
    private static final Set<Integer> TAKEN = new HashSet<>();

    private final List<Cluster> nodes = new ArrayList<>();
    private final List<Integer> ports;
    private final WhenApart whenApart;

    ClusterNodes(int count, WhenApart whenApart) throws IOException {
        this.whenApart = whenApart;
        ports = ports(count);
        for (int port : ports) {
            nodes.add(Cluster.join(settings(port, SECRET), Settings.Sessions.USUAL));
        }
        awaitHere(count, IntStream.range(0, count).toArray());
    }

    /// Free ones of which the next is free, too.
    static List<Integer> ports(int count) throws IOException {
        List<Integer> found = new ArrayList<>();
        while (found.size() < count) {
            try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); var next = new ServerSocket()) {
                next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), one.getLocalPort() + 1));
                if (!TAKEN.contains(one.getLocalPort() - 1) && !TAKEN.contains(one.getLocalPort() + 1)
                        && TAKEN.add(one.getLocalPort())) {
                    found.add(one.getLocalPort());
                }
            } catch (IOException e) {
                // the next one is not free
            }
        }
        return found;
    }

    ClusterSettings settings(int port, String secret) {
        return settings(port, ports, secret, whenApart);
    }

    static ClusterSettings settings(int port, List<Integer> ports, String secret, WhenApart whenApart) {
        return new ClusterSettings("tests", "127.0.0.1", port,
                ports.stream().map(each -> "127.0.0.1:" + each).toList(),
                new Secret(secret), Duration.ofSeconds(5), whenApart);
    }

    List<Integer> ports() {
        return ports;
    }

    Cluster node(int index) {
        return nodes.get(index);
    }

    /// A node that was closed begins again.
    void restart(int index) throws IOException {
        nodes.set(index, Cluster.join(settings(ports.get(index), SECRET), Settings.Sessions.USUAL));
    }

    /// Nothing that a node says is heard any more, and it hears nothing.
    void cutOff(int index) throws Exception {
        JChannel channel = nodes.get(index).channel();
        channel.getProtocolStack().insertProtocol(new DISCARD().discardAll(true), ProtocolStack.Position.ABOVE,
                TP.class);
    }

    void mend(int index) {
        nodes.get(index).channel().getProtocolStack().removeProtocol(DISCARD.class);
    }

    /// Waits until these nodes see so many.
    void awaitHere(int count, int... indices) {
        for (int index : indices) {
            Awaitility.await().atMost(Duration.ofSeconds(60))
                    .until(() -> nodes.get(index).state().here().size() == count && nodes.get(index).settled());
        }
    }

    @Override
    public void close() {
        nodes.forEach(Cluster::close);
    }
}
