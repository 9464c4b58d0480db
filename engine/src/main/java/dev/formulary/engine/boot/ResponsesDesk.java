package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.store.Responses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// Lets an operator forget the answers that are kept for a tenant's callers to follow. Thread-safe.
final class ResponsesDesk {
    private static final PurgeWords WORDS = new PurgeWords(List.of("tenant"), "'tenant'");

    private final Responses responses;

    ResponsesDesk(Responses responses) {
        this.responses = responses;
    }

    Map<String, Change> changes() {
        return Map.of("/admin/responses/purge", this::purge);
    }

    private Change.Result purge(Map<String, String> said) {
        boolean dry = WORDS.dryRun(said);
        String tenant = said.get("tenant");
        if (tenant == null) {
            throw new IllegalArgumentException("'tenant' is missing; what is kept for nobody in particular belongs to"
                    + " 'default'");
        }
        try {
            long found = dry ? responses.count(tenant) : responses.forgetTenant(tenant);
            return new Change.Result.Done(Map.of(dry ? "would_forget" : "forgot", found));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
