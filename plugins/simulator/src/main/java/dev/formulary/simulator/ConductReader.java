package dev.formulary.simulator;

import dev.formulary.simulator.Conduct.Distribution;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads how the simulator behaves, and what goes wrong, from settings.
final class ConductReader {
    static final Conduct PRESET = new Conduct(30, Distribution.UNIFORM, 0, 0.5, 200, List.of());
    private static final List<String> KINDS = Arrays.stream(Fault.Kind.values()).map(Fault.Kind::word).toList();

    static final List<Setting> SETTINGS = List.of(
            Setting.number("first-token-ms", Setting.Type.NUMBER, 0, SettingsReader.MOST, "30",
                    "time until the first token: the mean, for lognormal the median; 0 for none"),
            Setting.choice("distribution", List.of("uniform", "exponential", "lognormal"), "uniform",
                    "how that time strays"),
            Setting.number("first-token-jitter-ms", Setting.Type.NUMBER, 0, SettingsReader.MOST, "0",
                    "for uniform: how far it strays to both sides"),
            Setting.number("first-token-sigma", Setting.Type.NUMBER, 0, 10, "0.5",
                    "for lognormal: the standard deviation of its natural logarithm"),
            Setting.number("tokens-per-second", Setting.Type.NUMBER, 0, SettingsReader.MOST, "200",
                    "pace of the answer, 0 for all at once"),
            Setting.of("faults", Setting.Type.LIST, null,
                    "what goes wrong: maps with fault, rate, and as it fits status, retry-after-ms, after-tokens, gap-ms"),
            Setting.choice("error", KINDS, "server", "with error-rate: what goes wrong, where that is one thing only"),
            Setting.number("error-rate", Setting.Type.NUMBER, 0, 1, "0", "the share of calls that go wrong so"),
            Setting.number("error-status", Setting.Type.WHOLE, 0, 599, "429 or 500", "the vendor's HTTP status then"),
            Setting.number("retry-after-ms", Setting.Type.WHOLE, 0, SettingsReader.MOST, "1000",
                    "how long the vendor asks to wait then, 0 when it does not say"));

    private ConductReader() {}

    /// @param before what holds where the settings say nothing
    static Conduct read(SettingsReader from, Conduct before) throws ProviderException {
        return new Conduct(from.number("first-token-ms", before.firstTokenMillis(), SettingsReader.MOST),
                from.word("distribution", Distribution.class, before.distribution()),
                from.number("first-token-jitter-ms", before.jitterMillis(), SettingsReader.MOST),
                from.number("first-token-sigma", before.sigma(), 10),
                from.number("tokens-per-second", before.tokensPerSecond(), SettingsReader.MOST), faults(from, before));
    }

    private static List<Fault> faults(SettingsReader from, Conduct before) throws ProviderException {
        var faults = new ArrayList<Fault>();
        Fault.Kind error = from.word("error", Fault.Kind.class, Fault.Kind.SERVER);
        double rate = from.number("error-rate", 0, 1);
        int status = (int) from.number("error-status", error.usualStatus, 599);
        Duration retryAfter = from.millis("retry-after-ms", 1000);
        if (from.has("error-rate")) {
            faults.add(new Fault(error, rate, status, said(error, retryAfter), -1, Duration.ofSeconds(1)));
        }
        for (SettingsReader entry : from.maps("faults")) {
            faults.add(fault(entry));
        }
        double sum = faults.stream().mapToDouble(Fault::rate).sum();
        if (sum > 1 + 1e-9) {
            throw from.wrong("the rates of all faults are " + sum + " together, and must be 1 at most");
        }
        return from.has("error-rate") || from.has("faults") ? faults : before.faults();
    }

    private static Fault fault(SettingsReader entry) throws ProviderException {
        if (!entry.has("fault")) {
            throw entry.wrong("each entry of 'faults' needs a 'fault': " + String.join(", ", KINDS));
        }
        Fault.Kind kind = entry.word("fault", Fault.Kind.class, Fault.Kind.SERVER);
        var fault = new Fault(kind, entry.number("rate", 1, 1),
                (int) entry.number("status", kind.usualStatus, 599),
                said(kind, entry.millis("retry-after-ms", 0)), (int) entry.whole("after-tokens", -1),
                entry.millis("gap-ms", 1000));
        entry.done();
        return fault;
    }

    private static @Nullable Duration said(Fault.Kind kind, Duration retryAfter) {
        boolean hints = kind == Fault.Kind.THROTTLED || kind == Fault.Kind.QUOTA;
        return hints && !retryAfter.isZero() ? retryAfter : null;
    }
}
