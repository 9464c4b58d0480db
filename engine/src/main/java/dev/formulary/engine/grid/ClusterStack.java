package dev.formulary.engine.grid;

import dev.formulary.engine.config.ClusterSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

/// How nodes speak to each other: by TCP, with those that are listed, encrypted. Nothing is broadcast.
final class ClusterStack {
    /// Of the password-based key; half a second once at the start.
    private static final int ROUNDS = 200_000;
    private static final int KEY_BITS = 256;
    private static final int JOIN_MS = 2_000;
    private static final int CONNECT_MS = 500;
    /// Bytes of a message, before anybody knows whether it is sealed; larger ones of ours go in pieces.
    private static final int LARGEST = 8 << 20;

    private ClusterStack() {}

    static JChannel channel(ClusterSettings settings) throws IOException {
        InetAddress address = InetAddress.getByName(settings.bind());
        try {
            return new JChannel(protocols(settings, address)).name(settings.address());
        } catch (Exception e) {
            throw new IOException("the cluster's channel can't be made: " + e.getMessage(), e);
        }
    }

    private static List<Protocol> protocols(ClusterSettings settings, InetAddress address)
            throws GeneralSecurityException {
        TCP tcp = new TCP();
        tcp.setBindAddress(address).setBindPort(settings.port()).setPortRange(0);
        tcp.setSockConnTimeout(CONNECT_MS).setMaxLength(LARGEST);
        tcp.useVirtualThreads(true);
        return List.of(tcp,
                new Sealing(key(settings)),
                pings(settings.members()), new MERGE3().setMinInterval(1_000).setMaxInterval(3_000),
                watch(address),
                new FD_ALL3().setTimeout(4_000).setInterval(1_000),
                new VERIFY_SUSPECT2().setTimeout(1_000),
                new NAKACK2().useMcastXmit(false), new UNICAST3(), new STABLE(),
                new GMS().setJoinTimeout(JOIN_MS).printLocalAddress(false),
                new UFC(), new MFC(), new FRAG4());
    }

    private static FD_SOCK2 watch(InetAddress address) {
        var watch = new FD_SOCK2().setOffset(1).setPortRange(0);
        watch.setBindAddress(address);
        return watch;
    }

    private static TCPPING pings(List<String> members) {
        Stream<InetSocketAddress> hosts = members.stream().map(member -> {
            int colon = member.lastIndexOf(':');
            return new InetSocketAddress(member.substring(0, colon).replaceAll("[\\[\\]]", ""),
                    Integer.parseInt(member.substring(colon + 1)));
        });
        return new TCPPING().setInitialHosts(hosts.toList()).setPortRange(0);
    }

    private static SecretKey key(ClusterSettings settings) throws GeneralSecurityException {
        var text = new PBEKeySpec(settings.secret().value().toCharArray(),
                ("formulary " + settings.name()).getBytes(StandardCharsets.UTF_8), ROUNDS, KEY_BITS);
        return new SecretKeySpec(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(text).getEncoded(),
                "AES");
    }
}
