package dev.formulary.wire;

import java.util.Locale;

/// Tells this machine, and it with its own network, from the rest of the world by the name alone.
public final class LocalHosts {
    private LocalHosts() {}

    /// Whether a host is near.
    ///
    /// @param host a name, an IPv4 address, or an IPv6 address in brackets
    public static boolean isLocal(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            return name.equals("[::1]") || name.startsWith("[fe80:") || name.startsWith("[fc")
                    || name.startsWith("[fd");
        }
        if (name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) {
            return privateAddress(name);
        }
        return !name.contains(".") || name.endsWith(".local") || name.endsWith(".lan") || name.endsWith(".internal")
                || name.endsWith(".localhost");
    }

    /// Whether a host is this machine, by a name or address that can be no other's.
    public static boolean isThisMachine(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.endsWith(".localhost") || name.startsWith("127.")
                || name.equals("[::1]");
    }

    private static boolean privateAddress(String address) {
        if (address.startsWith("127.") || address.startsWith("10.") || address.startsWith("192.168.")
                || address.startsWith("169.254.")) {
            return true;
        }
        String[] bytes = address.split("\\.", -1);
        if (bytes.length != 4 || !bytes[0].equals("172") || bytes[1].isEmpty() || bytes[1].length() > 3) {
            return false;
        }
        int second = Integer.parseInt(bytes[1]);
        return second >= 16 && second <= 31;
    }
}
