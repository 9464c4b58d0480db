package dev.formulary.engine.boot;

import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/// Asks a gateway that runs with this home folder. Uses the JDK's old HTTP client, which starts in a fraction of the
/// new one's time.
final class NodeClient {
    private static final int CONNECT_MS = 2_000;
    private static final int READ_MS = 60_000;

    private static final String ADMIN_KEY = "FORMULARY_ADMIN_KEY";

    private final Settings settings;
    private final String issued;
    private final URI clients;
    private final URI management;

    NodeClient(Settings settings, int port, int managementPort) {
        this(settings, port, managementPort, "");
    }

    /// @param issued an admin key that was issued, or empty
    private NodeClient(Settings settings, int port, int managementPort, String issued) {
        this.settings = settings;
        this.issued = issued;
        this.clients = clients(settings, port);
        this.management = base(settings.management().host(), managementPort, settings.management().perimeter());
    }

    /// The gateway of the home folder, whether it runs or not.
    static NodeClient of(Terminal terminal) throws ConfigurationException {
        Home home = terminal.home();
        return of(home, Configuration.load(home.folder(), terminal.env()), terminal.env());
    }

    /// The same, where the settings are known.
    ///
    /// @param env which may name an admin key
    static NodeClient of(Home home, Settings settings, Map<String, String> env) {
        RunningNode running = RunningNode.read(home);
        String issued = env.getOrDefault(ADMIN_KEY, "");
        return running == null
                ? new NodeClient(settings, settings.server().port(), settings.management().port(), issued)
                : new NodeClient(settings, running.port(), running.managementPort(), issued);
    }

    /// Where clients ask a gateway.
    ///
    /// @param port the one that it got
    static URI clients(Settings settings, int port) {
        return base(settings.server().host(), port, settings.server().perimeter());
    }

    record Reply(int status, String body) {
        boolean isOk() {
            return status / 100 == 2;
        }
    }

    Settings settings() {
        return settings;
    }

    URI clients() {
        return clients;
    }

    URI management() {
        return management;
    }

    /// Asks the management port, with the admin key when there is one.
    Reply manage(String path) throws IOException {
        return send("GET", management.resolve(path), adminKey(), null, settings.management().perimeter());
    }

    /// Posts to the management port, with the admin key when there is one.
    Reply change(String path, byte[] body) throws IOException {
        return send("POST", management.resolve(path), adminKey(), body, settings.management().perimeter());
    }

    private Map<String, String> adminKey() {
        Secret configured = settings.management().adminKey();
        String key = issued.isEmpty() && configured != null ? configured.value() : issued;
        return key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key);
    }

    /// Posts to the clients' port.
    Reply post(String path, Map<String, String> headers, byte[] body) throws IOException {
        return send("POST", clients.resolve(path), headers, body, settings.server().perimeter());
    }

    private static Reply send(String method, URI uri, Map<String, String> headers, byte @Nullable [] body,
            Perimeter perimeter) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        if (connection instanceof HttpsURLConnection encrypted && perimeter.tls() != null) {
            PinnedTls.apply(encrypted, perimeter.tls().certificate());
        }
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(READ_MS);
        connection.setRequestMethod(method);
        headers.forEach(connection::setRequestProperty);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        int status = connection.getResponseCode();
        try (InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            return new Reply(status, in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /// A gateway that listens everywhere is asked on this machine.
    private static URI base(String host, int port, Perimeter perimeter) {
        String name = switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "[::]" -> "[::1]";
            default -> host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        };
        return URI.create((perimeter.tls() == null ? "http://" : "https://") + name + ":" + port);
    }
}
