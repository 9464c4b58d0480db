package dev.formulary.engine.boot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.formulary.engine.facts.GoodDirection;
import dev.formulary.engine.facts.Host;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the management API shows of what is measured.
interface ShownSeries {
    /// The load now.
    record Load(Instant at, Host host, List<Measured> measured, Cost cost) {}

    /// @param resource of what; empty where there is but one
    record Measured(String metric, String resource, String unit, double value) {}

    /// What measuring costs.
    ///
    /// @param sampleMicros to read all sensors once; -1 before the first time
    /// @param tickMicros to note everything once; -1 before the first time
    /// @param share of one processor
    /// @param series how many there are
    /// @param bytes of memory that they take, about
    record Cost(long sampleMicros, long tickMicros, double share, int series, long bytes) {}

    /// A series.
    ///
    /// @param value the latest; left out where nothing was measured in the last hour that is kept
    @JsonInclude(Include.NON_NULL)
    record Listed(String metric, String resource, String unit, GoodDirection good, @Nullable Double value,
            @Nullable Instant at) {}

    /// What was usual, by version.
    ///
    /// @param since from when on samples count; left out for all
    /// @param found when; left out while too little is known
    @JsonInclude(Include.NON_NULL)
    record Usual(String metric, String resource, int version, @Nullable Instant since, @Nullable Instant found,
            @Nullable Double median, @Nullable Double spread, @Nullable Integer count) {}

    /// What is established anew.
    record Renewed(int series) {}
}
