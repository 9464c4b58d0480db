package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableSheetTest {
    private static byte[] sheet(Consumer<Worksheet> writing) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var workbook = new Workbook(bytes, "tests", "1.0")) {
            writing.accept(workbook.newWorksheet("policy"));
            workbook.newWorksheet("notes").value(0, 0, "whatever stands here is for people");
        }
        return bytes.toByteArray();
    }

    private static void row(Worksheet sheet, int line, Object... cells) {
        for (int i = 0; i < cells.length; i++) {
            switch (cells[i]) {
                case Number number -> sheet.value(line - 1, i, number);
                case Boolean yes -> sheet.value(line - 1, i, yes);
                case String text when text.isEmpty() -> {
                    // a blank cell is not there
                }
                default -> sheet.value(line - 1, i, cells[i].toString());
            }
        }
    }

    private static List<String> problems(byte[] workbook) {
        var problems = new ArrayList<Problem>();
        Tables.read("cost/a.xlsx", Kind.COST, workbook, problems);
        return problems.stream().map(Problem::toString).toList();
    }

    private static String drl(String file, byte[] table) {
        var problems = new ArrayList<Problem>();
        RuleSource source = Tables.read(file, Kind.COST, table, problems).orElse(null);
        assertThat(problems).isEmpty();
        return Objects.requireNonNull(source).text();
    }

    @Test
    void aWorkbookSaysWhatTheSameTableSaysAsCsv() throws IOException {
        byte[] workbook = sheet(sheet -> {
            row(sheet, 1, "# for the night");
            row(sheet, 2, "hour", "cpu", "stream", "->", "attempts", "temperature", "reason");
            row(sheet, 4, "22-5", "", true, "", 2, 0.1, "two are enough");
            row(sheet, 5, 12, "<0.3", "", "", 3.0, "", "noon");
        });
        assertThat(drl("cost/a.xlsx", workbook)).isEqualTo(drl("cost/a.csv", """
            # for the night
            hour,cpu,stream,->,attempts,temperature,reason

            22-5,,yes,,2,0.1,two are enough
            12,<0.3,,,3,,noon
            """.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aMistakeIsToldWithItsCellAsTheSpreadsheetCallsIt() throws IOException {
        assertThat(problems(sheet(sheet -> {
            row(sheet, 1, "need", "->", "attempts", "reason");
            row(sheet, 2, "mindfulnes", "", 2, "x");
            row(sheet, 7, "any", "", "many", "x");
            row(sheet, 8, "any", "", 2, "x", "", "y");
        }))).containsExactly(
                "cost/a.xlsx:2:1 [a.2] cell A2: need: 'mindfulnes' is not known, did you mean 'mindfulness'?; "
                        + "there are unspecified, general-therapy, crisis-intervention, cognitive-behavioral, mindfulness, "
                        + "trauma-informed, addiction-recovery",
                "cost/a.xlsx:7:3 [a.7] cell C7: 'many' must be a whole number from 1 to 100",
                "cost/a.xlsx:8:5 [a.8] cell E8: the row has 6 cells and the header 4; a text with a comma stands in quotation marks");
        assertThat(TableProblems.at("a.xlsx", 3, 27, "", "x").message()).isEqualTo("cell AB3: x");
    }

    @Test
    void datesFormulasAndErrorsAreNoValues() throws IOException {
        assertThat(problems(sheet(sheet -> {
            row(sheet, 1, "hour", "->", "attempts", "reason");
            row(sheet, 2, 45_000, "", 2, "x");
            sheet.style(1, 0).format("d-mmm").set();
            row(sheet, 3, "any", "", "", "x");
            sheet.formula(2, 2, "1+1");
            row(sheet, 4, 5, "", 0.5, "percents are numbers");
            sheet.style(3, 0).format("0\" o'clock\"").set();
        }))).anySatisfy(problem -> assertThat(problem).startsWith("cost/a.xlsx:2:1 cell A2: this is a date"))
                .anySatisfy(problem -> assertThat(problem).startsWith("cost/a.xlsx:3:3 cell C3: formulas"))
                .noneSatisfy(problem -> assertThat(problem).contains("A4"));
    }

    @Test
    void whatIsNoWorkbookIsRefused() throws IOException {
        byte[] fine = sheet(sheet -> row(sheet, 1, "need"));
        assertThat(problems("need,->,attempts,reason".getBytes(StandardCharsets.UTF_8))).singleElement().asString()
                .contains("XLSX workbook");
        assertThat(problems(Arrays.copyOf(fine, fine.length / 2))).singleElement().asString()
                .startsWith("cost/a.xlsx");
        assertThat(problems(new byte[0])).isNotEmpty();
        assertThat(problems(repacked(fine, part -> "<broken".getBytes(StandardCharsets.UTF_8)))).singleElement()
                .asString().contains("XLSX workbook");
    }

    @Test
    void aSmallArchiveThatHoldsALargeOneIsRefused() throws IOException {
        byte[] bomb = repacked(sheet(sheet -> row(sheet, 1, "need")), part -> new byte[5 * 1024 * 1024]);
        assertThat(bomb.length).isLessThan(SyntaxGate.FILE_LIMIT);
        assertThat(problems(bomb)).singleElement().asString().contains("too large").contains("8 MiB");
    }

    @Test
    void documentTypesAreRefused() throws IOException {
        byte[] odd = repacked(sheet(sheet -> row(sheet, 1, "need")), part -> new String(part, StandardCharsets.UTF_8)
                .replaceFirst("\\?>", "?><!DOCTYPE x [<!ENTITY y \"z\">]>")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(problems(odd)).singleElement().asString().contains("document type");
    }

    private static byte[] repacked(byte[] workbook, UnaryOperator<byte[]> change) throws IOException {
        var out = new ByteArrayOutputStream();
        try (ZipFile in = ZipFile.builder().setByteArray(workbook).get(); var zip = new ZipOutputStream(out)) {
            for (ZipArchiveEntry entry : Collections.list(in.getEntries())) {
                zip.putNextEntry(new ZipEntry(entry.getName()));
                zip.write(change.apply(in.getInputStream(entry).readAllBytes()));
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    @Test
    void theExampleWorkbookDecides(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("load"));
        try (InputStream in = Objects.requireNonNull(TableSheetTest.class.getResourceAsStream("night.xlsx"))) {
            Files.write(folder.resolve("load/night.xlsx"), in.readAllBytes());
        }
        Rules.put(folder, "scenarios/night.yaml", """
            scenarios:
              - name: at night batch work leaves the machine alone
                call: {priority: batch}
                situation: {at: "2026-01-01T23:00:00Z"}
                expect: {forbidden: [local/small], fired: [night.3], notFired: [night.4]}
              - name: at noon a busy machine is avoided
                situation: {cpu: 0.8}
                expect: {fired: [night.4], notFired: [night.3]}
            """);
        RuleSetReport report = Policy.check(folder);
        assertThat(report.problems()).isEmpty();
        assertThat(report.untested()).isEmpty();
    }
}
