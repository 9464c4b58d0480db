package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// The guide to what can be set: a Markdown page with a section a kind of provider, made of what its factory declares. The test
/// of each provider holds its section to that, so the guide can't say what is no longer so. Run it with
/// `-Dformulary.guide=write` to have the section written anew.
public final class SettingsGuide {
    private static final boolean WRITES = System.getProperty("formulary.guide", "").equals("write");

    private SettingsGuide() {}

    /// Compares, or writes.
    ///
    /// @param page holds a section headed with the factory's kind
    /// @throws IOException when the page can't be read or written
    public static void assertTold(Path page, ProviderFactory factory) throws IOException {
        String text = Files.readString(page);
        if (WRITES) {
            Files.writeString(page, with(text, factory));
            return;
        }
        assertThat(with(text, factory))
                .as("%s, of which the section on '%s' is made of the settings that are declared; "
                        + "-Dformulary.guide=write makes it so", page.getFileName(), factory.kind())
                .isEqualTo(text);
    }

    /// The page with that kind's section as it should be; a new one is the last.
    static String with(String page, ProviderFactory factory) {
        String head = "## `" + factory.kind() + "`\n";
        int from = page.indexOf(head);
        if (from < 0) {
            return page.stripTrailing() + "\n\n" + head + "\n" + table(factory);
        }
        int next = page.indexOf("\n## ", from);
        String behind = next < 0 ? "" : page.substring(next);
        return page.substring(0, from) + head + "\n" + table(factory) + behind;
    }

    /// A line a setting, in the order in which they are declared.
    public static String table(ProviderFactory factory) {
        return "| setting | what it takes | without it | what it is |\n|---|---|---|---|\n" + factory.settings()
                .stream()
                .map(setting -> "| `" + setting.name() + "` | " + taken(setting) + " | " + otherwise(setting) + " | "
                        + setting.meaning().replace("|", "\\|") + " |\n")
                .collect(Collectors.joining());
    }

    private static String taken(Setting setting) {
        return switch (setting.type()) {
            case TEXT -> "text";
            case URL -> "an address";
            case SECRET -> "a secret, such as `${NAME}`";
            case NUMBER -> "a number" + range(setting);
            case WHOLE -> "a whole number" + range(setting);
            case FLAG -> "`true` or `false`";
            case DURATION -> "a time, such as `30s`";
            case CHOICE -> setting.choices().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
            case LIST -> "a list";
            case MAP -> "names and values";
        };
    }

    private static String range(Setting setting) {
        return (Double.isInfinite(setting.least()) ? "" : " from " + plain(setting.least()))
                + (Double.isInfinite(setting.most()) ? "" : " to " + plain(setting.most()));
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    private static String otherwise(Setting setting) {
        return setting.required()
                ? "it must be given"
                : setting.fallback().isEmpty() ? "nothing" : setting.fallback().replace("|", "\\|");
    }
}
