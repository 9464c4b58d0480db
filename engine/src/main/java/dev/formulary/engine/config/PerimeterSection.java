package dev.formulary.engine.config;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what `server` and `management` say of who may come to their ports.
final class PerimeterSection {
    private static final Pattern HOST = Pattern
            .compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+]");
    private static final Pattern ORIGIN = Pattern
            .compile("[a-z][a-z0-9+.-]{0,30}://([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

    private PerimeterSection() {}

    /// The port for clients.
    ///
    /// @param port where HTTP/1.1 is spoken
    /// @param open whether callers need no key
    static Perimeter server(Section s, Path home, String host, int port, boolean open) {
        return new Perimeter(s.optionalSection("tls", in -> tls(in, home)),
                s.number("max-connections", Perimeter.MAX_CONNECTIONS, 1, 1_000_000),
                s.number("max-connections-per-address", Perimeter.MAX_PER_ADDRESS, 0, 1_000_000), hosts(s, host, open),
                s.section("cors", PerimeterSection::origins), open,
                s.optionalSection("h2c", in -> h2c(in, home, port, open)));
    }

    private static Perimeter.ClearText h2c(Section s, Path home, int other, boolean open) {
        s.require("port");
        String host = s.text("host", "127.0.0.1", Configuration.ADDRESS, Configuration.AN_ADDRESS);
        if (!Addresses.isLoopback(host) && open && !new Home(home).issuesKeys()) {
            s.complain("host", "lets other machines call without a key; add \"keys\" or use 127.0.0.1");
        }
        int port = s.number("port", 8082, 1, 65_535);
        if (port == other) {
            s.complain("port", "must differ from server.port, which is " + port + " too");
        }
        return new Perimeter.ClearText(host, port);
    }

    /// Complains of a port that HTTP/2 without TLS has already.
    static void apart(Section s, int port, Perimeter server) {
        if (server.h2c() != null && server.h2c().port() == port) {
            s.complain("port", "must differ from server.h2c.port, which is " + port + " too");
        }
    }

    /// The port for operators, where no web page may call.
    static Perimeter management(Section s, Path home, String host, boolean open) {
        return new Perimeter(s.optionalSection("tls", in -> tls(in, home)), Perimeter.MAX_CONNECTIONS,
                Perimeter.MAX_PER_ADDRESS, hosts(s, host, open), Set.of(), open);
    }

    static Perimeter.Tls tls(Section s, Path home) {
        s.require("certificate", "key");
        return new Perimeter.Tls(file(s, home, "certificate"), file(s, home, "key"),
                s.has("client-ca") ? file(s, home, "client-ca") : null);
    }

    private static Path file(Section s, Path home, String key) {
        @Nullable
        String name = s.optionalText(key);
        return name == null || name.isEmpty() ? home : home.resolve(name);
    }

    /// Without keys a port on loopback goes by the names of this machine; with keys a web page has none to show, and by any.
    private static Set<String> hosts(Section s, String host, boolean open) {
        List<String> listed = s.texts("hosts", HOST, "a host name or an address without a port, for example"
                + " chat.example.org");
        if (listed.isEmpty() && !(open && Addresses.isLoopback(host))) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        listed.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        names.add("localhost");
        names.add("[::1]");
        names.add("127.0.0.1");
        names.add(host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host.toLowerCase(Locale.ROOT));
        return names;
    }

    private static Set<String> origins(Section s) {
        return Set.copyOf(s.texts("origins", ORIGIN,
                "where a web page comes from, as scheme://host or scheme://host:port without a path, for example"
                        + " https://chat.example.org; * is not possible"));
    }
}
