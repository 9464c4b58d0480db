package dev.formulary.engine.boot;

import java.util.List;

/// Lines of a table as text for a terminal, with two blanks between columns.
final class AlignedColumns {
    private AlignedColumns() {}

    /// @param lines with as many cells each, one or more
    /// @param left so many columns are aligned to the left, all others to the right
    static String of(List<List<String>> lines, int left) {
        int[] widths = new int[lines.getFirst().size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> line : lines) {
            var one = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String gap = " ".repeat(widths[i] - line.get(i).length());
                one.append(i == 0 ? "" : "  ").append(i < left ? line.get(i) + gap : gap + line.get(i));
            }
            text.append(one.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
