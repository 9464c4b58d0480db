package dev.formulary.engine.decision;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A decision table that was understood.
///
/// @param header what its columns are
/// @param complete whether its author says that some row matches every call
record Table(String file, Header header, List<Row> rows, boolean complete) {
    Table {
        rows = List.copyOf(rows);
    }

    /// @param line where it stands
    /// @param size how many columns there are
    /// @param conditions by their place, from 0
    /// @param actions by their place
    /// @param arrow where `->` stands; -1 when it is missing
    /// @param id where the column is; -1 when there is none, as for the next
    record Header(int line, int size, SequencedMap<Integer, TableCondition> conditions,
            SequencedMap<Integer, TableAction> actions, int arrow, int id, int owner, int salience) {
        int reason() {
            return size - 1;
        }

        int column(TableAction action) {
            return actions.entrySet().stream().filter(one -> one.getValue().equals(action)).findFirst().orElseThrow()
                    .getKey();
        }
    }

    /// @param matches one for each condition column, null where all will do
    /// @param deeds at least one, at most one of each action
    record Row(int line, String id, String owner, int salience, List<@Nullable TableMatch<?>> matches,
            List<TableAction.Deed> deeds, String reason) {

        /// Whether it says something of each model that fits, and not of the call alone.
        boolean ofCandidates() {
            return deeds.stream().anyMatch(deed -> deed.action().ofCandidate());
        }
    }
}
