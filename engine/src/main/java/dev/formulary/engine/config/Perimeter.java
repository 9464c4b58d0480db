package dev.formulary.engine.config;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may come to a port, before anybody looks at what is asked.
///
/// @param tls with which certificate, or null for none: what goes over the wire can be read there
/// @param maxConnections how many connections there may be
/// @param maxPerAddress how many of them from one address; 0 for any number. This machine's own addresses are not counted
/// @param hosts under which names the port is asked, lower case, without port; empty for any. Keeps out web pages whose own
///     name leads here (DNS rebinding)
/// @param origins which web pages may call from a browser, as `https://chat.example.org`; empty for none
/// @param open whether callers need no key, so that any web page in a browser of this machine could call
/// @param h2c where HTTP/2 is spoken without TLS, or null for nowhere
public record Perimeter(@Nullable Tls tls, int maxConnections, int maxPerAddress, Set<String> hosts,
        Set<String> origins, boolean open, @Nullable ClearText h2c) {
    /// How many connections there may be, preset.
    public static final int MAX_CONNECTIONS = 4096;
    /// How many from one address, preset.
    public static final int MAX_PER_ADDRESS = 512;
    /// Any name, no web page, no TLS.
    public static final Perimeter USUAL = new Perimeter(null, MAX_CONNECTIONS, MAX_PER_ADDRESS, Set.of(), Set.of(),
            false);

    /// Without HTTP/2 in clear text.
    public Perimeter(@Nullable Tls tls, int maxConnections, int maxPerAddress, Set<String> hosts, Set<String> origins,
            boolean open) {
        this(tls, maxConnections, maxPerAddress, hosts, origins, open, null);
    }

    public Perimeter {
        hosts = Set.copyOf(hosts);
        origins = Set.copyOf(origins);
    }

    /// Whether other machines reach a port at that address without TLS.
    public boolean readableAt(String host) {
        return tls == null && !Addresses.isLoopback(host);
    }

    /// A port of its own that speaks HTTP/2 without TLS, for a proxy before us.
    ///
    /// @param host the address to listen on; anything but loopback needs keys
    /// @param port 0 takes a free one
    public record ClearText(String host, int port) {
        /// Whether other machines reach it.
        public boolean readable() {
            return !Addresses.isLoopback(host);
        }
    }

    /// A certificate with its key, as files in PEM format.
    ///
    /// @param certificate the server's certificate first, then those that lead to its authority
    /// @param key its key, without a passphrase
    /// @param clientCa which authorities must have signed the certificate of a caller; null asks for none
    public record Tls(Path certificate, Path key, @Nullable Path clientCa) {}
}
