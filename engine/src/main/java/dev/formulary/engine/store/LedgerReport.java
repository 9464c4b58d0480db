package dev.formulary.engine.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the ledger says. Amounts are whole micro-dollars.
///
/// @param columns what stands in each row
/// @param rows texts, numbers, and null for what is not known; days in order, all else the dearest first
/// @param total the same for all rows there are, without the columns that make a row
/// @param groups how many rows there are in all
public record LedgerReport(LedgerQuery query, List<String> columns, List<List<@Nullable Object>> rows,
        List<@Nullable Object> total, long groups) {

    /// Whether there are more rows after these.
    public boolean more() {
        return query.offset() + (long) rows.size() < groups;
    }

    /// How many columns say what a row is of.
    public int keys() {
        return query.by().columns().size();
    }
}
