package dev.formulary.openai;

import dev.formulary.wire.Json;
import dev.formulary.wire.LocalHosts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The table of dialects, `dialects.json` beside this class.
final class Dialects {
    /// All that are known; the last is that of a server about which nothing is.
    static final List<Dialect> ALL = read();

    private Dialects() {}

    private static List<Dialect> read() {
        try (InputStream table = Dialects.class.getResourceAsStream("dialects.json")) {
            return Json.TREES.readTree(table).valueStream().map(Dialect::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> names() {
        return ALL.stream().map(Dialect::name).toList();
    }

    static Optional<Dialect> named(String name) {
        return ALL.stream().filter(dialect -> dialect.name().equals(name)).findFirst();
    }

    /// The dialect that is spoken at an address: known by the host, else by the provider's own name, else by the port of a
    /// near host.
    ///
    /// @param id the provider's name
    /// @param port -1 when the address names none
    static Dialect at(String id, String host, int port) {
        String lower = host.toLowerCase(Locale.ROOT);
        for (Dialect dialect : ALL) {
            if (dialect.hosts().stream().anyMatch(each -> lower.equals(each) || lower.endsWith("." + each))) {
                return dialect;
            }
        }
        // a provider of this kind is called openai when nobody calls it otherwise
        return named(id).filter(dialect -> !dialect.equals(ALL.getFirst())).or(() -> ALL.stream()
                .filter(dialect -> dialect.ports().contains(port) && LocalHosts.isLocal(lower)).findFirst())
                .orElse(ALL.getLast());
    }
}
