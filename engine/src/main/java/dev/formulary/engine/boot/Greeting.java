package dev.formulary.engine.boot;

import dev.formulary.engine.boot.Runner.Running;
import dev.formulary.engine.config.Discovery;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import java.util.ArrayList;
import java.util.List;

/// What `formulary run` prints when it serves.
final class Greeting {
    private Greeting() {}

    static List<String> lines(Home home, Discovery.Found found, Running running) {
        Settings settings = found.settings();
        String clients = scheme(settings.server().perimeter()) + shown(settings.server().host()) + ":" + running.port();
        List<String> lines = new ArrayList<>();
        lines.add("formulary " + VersionCommand.version() + " serves");
        lines.add("  clients     " + clients);
        Perimeter.ClearText h2c = settings.server().perimeter().h2c();
        if (h2c != null) {
            lines.add("  http/2      " + "http://" + shown(h2c.host()) + ":" + h2c.port() + " without TLS");
        }
        lines.add("  management  " + scheme(settings.management().perimeter()) + shown(settings.management().host())
                + ":" + running.managementPort());
        lines.add("  home        " + home.folder());
        lines.add("  found       simulator: always there");
        found.lines().forEach(line -> lines.add("  found       " + line));
        lines.add("try");
        lines.add("  curl " + clients + "/v1/chat/completions -H 'Content-Type: application/json'"
                + (settings.keys().isEmpty() ? "" : " -H 'Authorization: Bearer YOUR-KEY'")
                + " -d '{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}'");
        return lines;
    }

    private static String scheme(Perimeter perimeter) {
        return perimeter.tls() == null ? "http://" : "https://";
    }

    private static String shown(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
