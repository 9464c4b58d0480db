package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The pages of `routes/clients`, which say what to type into a client.
final class Pages {
    private static final Path FOLDER = Path.of("../routes/clients");

    private Pages() {}

    /// What stands on a page as an example.
    ///
    /// @param page its name without `.md`
    /// @param name what stands behind the language of the example
    static String example(String page, String name) throws IOException {
        Matcher example = Pattern.compile("```\\w+ " + Pattern.quote(name) + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(FOLDER.resolve(page + ".md")));
        assertThat(example.find()).as("%s on the page %s", name, page).isTrue();
        return example.group(1);
    }
}
