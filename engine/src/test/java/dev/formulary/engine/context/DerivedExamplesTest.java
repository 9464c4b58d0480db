package dev.formulary.engine.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.SensitiveKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A file of examples, one a line: what is to be found, and the text. All numbers are made up or a vendor's own examples.
class DerivedExamplesTest {
    private static List<String> examples() throws IOException {
        try (var in = DerivedExamplesTest.class.getResourceAsStream("derived-examples.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8).lines().toList();
        }
    }

    private static String found(String wanted, String text) {
        if (wanted.length() <= 2) {
            String language = Language.of(text);
            return language.isEmpty() ? "-" : language;
        }
        Set<SensitiveKind> kinds = EnumSet.noneOf(SensitiveKind.class);
        SensitiveData.in(text, kinds);
        return kinds.isEmpty() ? "NONE" : String.join("+", kinds.stream().map(SensitiveKind::name).toList());
    }

    @Test
    void everyExampleIsReadAsAPersonWouldReadIt() throws IOException {
        var wrong = new ArrayList<String>();
        for (String example : examples()) {
            int bar = example.indexOf('|');
            String wanted = example.substring(0, bar);
            String text = example.substring(bar + 1);
            if (!found(wanted, text).equals(wanted)) {
                wrong.add(text + " is " + wanted + ", not " + found(wanted, text));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(examples()).hasSizeGreaterThanOrEqualTo(130);
    }
}
