package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        update entry set body = replace(body, 'clinic', 'cl1nic') where seq = 4 | entry 4 (decision d4): it, or something
        update entry set at = at + 1 where seq = 10                             | entry 10 (decision d10): it, or something
        update entry set id = 'x' where seq = 2                                 | entry 2 (decision x): it, or something
        update entry set hash = zeroblob(32) where seq = 3                      | entry 3 (decision d3): it, or something
        update entry set kind = 2 where seq = 3                                 | entry 3 (outcome of d3): it, or something
        update part set body = zeroblob(9) where kind = 'context'               | entry 1 (decision d1): it, or something
        delete from part where kind = 'verdict'                                 | entry 1 (decision d1): its verdict is missing
        delete from entry where seq in (5, 6)                                   | entries 5 to 6 are missing, before entry 7
        delete from entry where seq < 4                                         | entries 1 to 3 are missing, and no entry says
        delete from entry where seq > 8                                         | entries 9 to 10 are missing at the end
        insert into entry select 11, kind, at, 'd11', situation, cards, vitals, context, verdict, body, hash from entry where seq = 10 | entry 11 (decision d11): it, or something
        update head set hash = zeroblob(32)                                     | the end is entry 10, and should be entry 10
        delete from head                                                        | the end is entry 10, and should be entry 0
        """)
    void whatWasDoneByHandIsFound(String sql, String broken) throws Exception {
        var book = new Logbook(folder);
        book.fill("d", 10);
        assertThat(book.verify().broken()).isNull();

        book.tamper(sql);

        assertThat(book.verify().broken()).startsWith(broken);
    }

    @Test
    void aWholeNewChainIsFoundByAHashOfTheOldOne() throws Exception {
        var book = new Logbook(folder);
        book.fill("d", 10);
        String noted = book.verify().hash();
        book.fill("e", 5);
        try (DecisionReader reader = book.reader()) {
            assertThat(reader.verify(noted).broken()).isNull();
            assertThat(reader.verify("00".repeat(32)).broken()).startsWith("no entry has the hash 00");
        }
    }

    @Test
    void anEmptyLogIsInOrder() throws Exception {
        var book = new Logbook(folder);
        book.fill("d", 1);
        book.tamper("delete from entry", "delete from head");

        assertThat(book.verify()).isEqualTo(new ChainReport(0, 0, 0, "00".repeat(32), null));
    }
}
