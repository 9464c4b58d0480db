package dev.formulary.engine.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What becomes of pictures that a call names by a URL.
///
/// @param hosts from where the gateway fetches them itself: names, or `*.example.org` for all below one; empty for nowhere
/// @param maxSize bytes of one picture
/// @param timeout how long one may take
/// @param plainHttp whether also by `http://`
/// @param passOn which models get the URL of any other host, to fetch it themselves
public record FetchSettings(List<String> hosts, long maxSize, Duration timeout, boolean plainHttp, PassOn passOn) {
    /// Nothing is fetched here.
    public static final FetchSettings USUAL = new FetchSettings(List.of(), 5L << 20, Duration.ofSeconds(5), false,
            PassOn.ELSEWHERE);
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    /// Which models get URLs as they are.
    public enum PassOn {
        NEVER, ELSEWHERE, ALWAYS
    }

    /// Whether pictures of a host are fetched.
    ///
    /// @param host lower case
    public boolean allows(String host) {
        return hosts.stream().anyMatch(each -> each.startsWith("*.")
                ? host.endsWith(each.substring(1)) && host.length() > each.length() - 1
                : host.equals(each));
    }

    static FetchSettings read(Section root) {
        return root.section("images", s -> new FetchSettings(
                s.texts("hosts", HOST, "a host name, or *.example.org for all below one").stream()
                        .map(each -> each.toLowerCase(Locale.ROOT)).toList(),
                s.size("max-size", USUAL.maxSize, 1024, 64L << 20),
                s.duration("timeout", USUAL.timeout, Duration.ofMillis(100), Duration.ofMinutes(1)),
                s.flag("plain-http", false), PassOn.valueOf(s.oneOf("pass-on", "elsewhere", "never", "elsewhere",
                        "always").toUpperCase(Locale.ROOT))));
    }
}
