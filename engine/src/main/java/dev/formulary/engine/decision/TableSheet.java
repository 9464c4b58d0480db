package dev.formulary.engine.decision;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.ExcelReaderException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.jspecify.annotations.Nullable;

/// Reads the first sheet of an XLSX workbook. A workbook is a small archive that can hold a large one, so it is unpacked
/// within limits first.
final class TableSheet {
    private static final int UNPACKED = 8 * 1024 * 1024;
    private static final int PARTS = 200;
    private static final int COLUMNS = 200;
    private static final Pattern DATE = Pattern.compile(".*[ymdhs].*", Pattern.CASE_INSENSITIVE);
    private static final Pattern LITERAL = Pattern.compile("\"[^\"]*\"|\\\\.|\\[[^\\]]*]|General",
            Pattern.CASE_INSENSITIVE);

    private final TableProblems problems;

    private TableSheet(TableProblems problems) {
        this.problems = problems;
    }

    static TableGrid read(byte[] bytes, TableProblems problems) {
        var rows = new ArrayList<TableGrid.Row>();
        try (var workbook = new ReadableWorkbook(new ByteArrayInputStream(within(bytes)),
                new ReadingOptions(true, true));
                Stream<Row> all = workbook.getFirstSheet().openStream()) {
            var sheet = new TableSheet(problems);
            // all limits hold for what is read, so the stream ends
            all.limit(TableReader.ROWS * 4L).forEach(row -> rows.add(sheet.row(row)));
        } catch (Fields.Wrong e) {
            problems.add(e.text());
        } catch (IOException | ExcelReaderException | IllegalArgumentException | IllegalStateException
                | IndexOutOfBoundsException | NullPointerException e) {
            // the reader takes the form of a workbook for granted
            problems.add("the file can't be read as an XLSX workbook; save it as 'Excel workbook (.xlsx)'");
        }
        return new TableGrid(rows);
    }

    /// Unpacks it all once, with the library that the reader uses too, so that nothing is hidden from it.
    private static byte[] within(byte[] bytes) throws IOException {
        int left = UNPACKED;
        int parts = 0;
        try (ZipFile zip = ZipFile.builder().setByteArray(bytes).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                byte[] part;
                try (InputStream in = zip.getInputStream(entry)) {
                    part = in.readNBytes(left + 1);
                }
                left -= part.length;
                if (left < 0 || ++parts > PARTS) {
                    throw new Fields.Wrong("the workbook is too large: unpacked it may have " + UNPACKED / 1024 / 1024
                            + " MiB in " + PARTS + " parts");
                }
                // in whatever encoding
                if (new String(part, StandardCharsets.ISO_8859_1).replace("\0", "").contains("<!DOCTYPE")) {
                    throw new Fields.Wrong("the workbook holds a document type, which no spreadsheet writes");
                }
            }
        }
        return bytes;
    }

    private TableGrid.Row row(Row row) {
        int count = Math.min(row.getCellCount(), COLUMNS);
        var cells = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            Cell cell = row.getOptionalCell(i).orElse(null);
            cells.add(cell == null ? "" : text(row.getRowNum(), i, cell));
        }
        return new TableGrid.Row(row.getRowNum(), cells);
    }

    private String text(int line, int column, Cell cell) {
        if (cell.getFormula() != null) {
            return wrong(line, column, "formulas are not allowed, write the value itself");
        }
        return switch (cell.getType()) {
            case EMPTY -> "";
            case STRING -> String.valueOf(cell.getText());
            case BOOLEAN -> cell.asBoolean() ? "yes" : "no";
            case NUMBER -> date(cell.getDataFormatString())
                    ? wrong(line, column,
                            "this is a date for the spreadsheet, perhaps a range such as 3-5 that it took "
                                    + "for one; format the cell as text and write it again")
                    : BigDecimal.valueOf(cell.asNumber().doubleValue()).stripTrailingZeros().toPlainString();
            case FORMULA -> wrong(line, column, "formulas are not allowed, write the value itself");
            case ERROR -> wrong(line, column, "the cell holds an error of the spreadsheet");
        };
    }

    private static boolean date(@Nullable String format) {
        return format != null && DATE.matcher(LITERAL.matcher(format).replaceAll("")).matches();
    }

    /// @return what stands for the cell, so that nothing else is said of it
    private String wrong(int line, int column, String message) {
        problems.add(line, column, "", message);
        return "";
    }
}
