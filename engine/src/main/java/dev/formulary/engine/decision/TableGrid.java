package dev.formulary.engine.decision;

import java.util.List;

/// A decision table as rows of texts, before anything is known of its columns.
///
/// @param rows without empty ones
record TableGrid(List<Row> rows) {

    /// @param line where it begins, from 1
    /// @param cells stripped
    record Row(int line, List<String> cells) {
        Row {
            cells = cells.stream().map(String::strip).toList();
        }

        /// @param column from 0; behind the last one all is blank
        String cell(int column) {
            return column < cells.size() ? cells.get(column) : "";
        }

        boolean blank() {
            return cells.stream().allMatch(String::isEmpty);
        }

        /// A remark says nothing to the gateway, unless it is a directive.
        boolean remark() {
            return cell(0).startsWith("#");
        }
    }
}
