package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The pages that say what to type into clients are short, are found, and lead somewhere.
class PagesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("routes/clients"))) {
            return files.toList();
        }
    }

    @Test
    void eachIsListedAndShort() throws IOException {
        String first = Files.readString(ROOT.resolve("README.md"));
        String list = Files.readString(ROOT.resolve("routes/clients/README.md"));
        assertThat(pages()).hasSize(6);
        for (Path page : pages()) {
            String name = page.getFileName().toString();
            assertThat(Files.readAllLines(page)).as(name).hasSizeBetween(10, 50);
            if (!name.equals("README.md")) {
                assertThat(first).contains("(routes/clients/" + name + ")");
                assertThat(list).contains("(" + name + ")");
            }
        }
    }

    @Test
    void whatTheyLinkToIsThere() throws IOException {
        for (Path page : pages()) {
            LINK.matcher(Files.readString(page)).results()
                    .forEach(link -> assertThat(page.resolveSibling(link.group(1)))
                            .as("%s: %s", page, link.group()).exists());
        }
    }
}
