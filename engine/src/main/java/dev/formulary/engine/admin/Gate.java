package dev.formulary.engine.admin;

import dev.formulary.engine.admin.AdminKeys.Visitor;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.keys.KeyTable;
import dev.formulary.engine.keys.Role;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may come in, and do what. With admin keys: whoever has one. Without one the port is on loopback, and what must be kept out
/// are web pages that make a browser of this machine ask for them: they come under a name of their own (DNS rebinding).
final class Gate {
    private static final Set<String> LOOKING = Set.of("GET", "HEAD");
    /// Where the usual role is not enough, by the beginning of the path.
    private static final Map<String, Role> MORE = Map.of("/admin/keys", Role.ADMIN, "/admin/audit", Role.ADMIN,
            "/admin/configuration/rollback", Role.ADMIN);

    private final String boundHost;
    private final Set<String> listed;
    private final AdminKeys keys;

    Gate(Settings.Management management, AdminKeys keys) {
        boundHost = management.host().toLowerCase(Locale.ROOT);
        listed = management.perimeter().hosts();
        this.keys = keys;
    }

    /// What somebody needs: `read` to look, `operate` to change something, `admin` for keys, the audit log and the configuration.
    static Role needed(String method, String path) {
        return MORE.entrySet().stream()
                .filter(each -> path.equals(each.getKey()) || path.startsWith(each.getKey() + "/"))
                .map(Map.Entry::getValue).findFirst()
                .orElse(LOOKING.contains(method) ? Role.READ : Role.OPERATE);
    }

    /// Finds out who comes.
    KeyTable.Entry<Visitor> enter(Arrival arrival) {
        return keys.enter(arrival.header().get("authorization"), arrival.peer());
    }

    /// Why a visitor may not do something; null when he may.
    static Answer.@Nullable Whole refusal(Visitor visitor, String method, String path) {
        Role needed = needed(method, path);
        return visitor.role().covers(needed)
                ? null
                : Replies.error(403, "role_needed", "this needs an admin key with the role '" + needed.word()
                        + "', and the key '" + visitor.name() + "' has '" + visitor.role().word() + "'");
    }

    /// Whether the name under which we were asked is ours. Programs that send none are no browsers.
    boolean knowsHost(@Nullable String hostHeader) {
        if (keys.required() || hostHeader == null) {
            return true;
        }
        String host = withoutPort(hostHeader.trim().toLowerCase(Locale.ROOT));
        return host.equals("localhost") || host.equals("[::1]") || isLoopback4(host) || host.equals(boundHost)
                || listed.contains(host)
                || host.equals("[" + boundHost + "]");
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /// `127.` followed by digits and dots only: `127.0.0.1.example.com` is somebody else's name.
    private static boolean isLoopback4(String host) {
        return host.startsWith("127.") && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
