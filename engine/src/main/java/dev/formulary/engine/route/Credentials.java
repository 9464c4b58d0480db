package dev.formulary.engine.route;

import dev.formulary.engine.facts.Arrival.HeaderLookup;
import org.jspecify.annotations.Nullable;

/// Where callers put their keys: all in `Authorization: Bearer KEY`, or in `X-Api-Key: KEY` as Anthropic's clients do.
final class Credentials {
    private static final String SCHEME = "Bearer ";

    private Credentials() {}

    /// What the caller authorizes itself with, as in the header `Authorization`, or null. A bearer comes before the other.
    static @Nullable String of(HeaderLookup header) {
        String said = header.get("authorization");
        String key = header.get("x-api-key");
        boolean bearer = said != null && said.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return key == null || bearer ? said : SCHEME + key;
    }
}
