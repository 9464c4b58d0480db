package dev.formulary.engine.decision;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads CSV as RFC 4180 has it, in UTF-8. Lines that begin with `#` are remarks.
final class TableCsv {
    private TableCsv() {}

    static TableGrid read(byte[] bytes, TableProblems problems) {
        var rows = new ArrayList<TableGrid.Row>();
        long line = 0;
        try (CsvReader<CsvRecord> reader = CsvReader.builder().commentStrategy(CommentStrategy.READ)
                .trimWhitespacesAroundQuotes(true)
                .allowUnclosedQuote(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(text(bytes))) {
            for (CsvRecord row : reader) {
                line = row.getStartingLineNumber();
                rows.add(new TableGrid.Row((int) line,
                        row.isComment() ? List.of("#" + row.getField(0)) : row.getFields()));
            }
        } catch (CharacterCodingException e) {
            problems.add("the file is not UTF-8; save it as 'CSV UTF-8'");
        } catch (CsvParseException e) {
            problems.add((int) line + 1, -1, "", "the row can't be read as CSV: a cell with quotation marks begins and "
                    + "ends with one, and those inside it are doubled");
        } catch (IOException e) {
            problems.add("the file can't be read: " + e);
        }
        return new TableGrid(rows);
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }
}
