package dev.formulary.engine.boot;

import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.ProviderChanges;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Versions;
import dev.formulary.engine.config.Versions.Event;
import dev.formulary.engine.config.Versions.Version;
import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `conf/formulary.yaml` of a home folder with its earlier versions. Used by one thread at a time.
final class ConfigurationFile {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFile.class);

    private final Home home;
    private final Map<String, String> env;
    private final Versions versions;
    private final Clock clock;

    /// @param env for `${NAME}` in the file
    ConfigurationFile(Home home, Map<String, String> env, Clock clock) {
        this.home = home;
        this.env = env;
        this.versions = new Versions(home.data().resolve("configuration"));
        this.clock = clock;
    }

    Versions versions() {
        return versions;
    }

    Map<String, String> env() {
        return env;
    }

    boolean exists() {
        return Files.exists(home.configuration());
    }

    /// What stands there now.
    String text() throws ConfigurationException {
        return Configuration.text(home.folder());
    }

    Settings read(String text) throws ConfigurationException {
        return Configuration.read(text, home.folder(), env);
    }

    /// Who owns it; empty when nobody knows.
    String owner() {
        try {
            return Files.getOwner(home.configuration()).getName();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /// Writes down that a version serves, unless it did before.
    void served(Event event, String text, String who, String changed) {
        if (versions.served().map(Version::hash).filter(Versions.hash(text)::equals).isEmpty()) {
            note(event, text, who, changed);
        }
    }

    /// Writes down what became of a version. One that can't be kept serves all the same.
    void note(Event event, String text, String who, String changed) {
        try {
            versions.add(event, text, who, changed, clock.instant());
        } catch (IOException e) {
            LOG.error("a version of the configuration is not kept cause={}", e.toString());
        }
    }

    /// Puts an earlier version back into the file; what stands there is kept.
    ///
    /// @param target see [Versions#meant]; empty for the one before
    /// @return the version's hash
    /// @throws IllegalArgumentException when that can't be; nothing was changed, and the message is for the user
    /// @throws IOException when the file can't be written
    String rollback(String target, String who) throws IOException {
        String present = presentText();
        Version wanted = versions.meant(target, Versions.hash(present));
        if (wanted.hash().equals(Versions.hash(present))) {
            throw new IllegalArgumentException(Configuration.FILE + " holds version " + wanted.hash() + " already");
        }
        String text = versions.text(wanted.hash()).orElseThrow(() -> new IllegalArgumentException(
                "what is kept of version " + wanted.hash() + " is damaged"));
        String changed = changes(present, text, wanted.hash());
        if (versions.all().stream().noneMatch(version -> version.hash().equals(Versions.hash(present)))) {
            versions.add(Event.KEPT, present, owner(), "", clock.instant());
        }
        write(text);
        versions.add(Event.ROLLED_BACK, text, who, changed, clock.instant());
        LOG.info("configuration put back hash={} who=\"{}\"", wanted.hash(), who);
        return wanted.hash();
    }

    private String presentText() {
        try {
            return text();
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException("what stands there can't be kept: " + e.getMessage(), e);
        }
    }

    private String changes(String present, String wanted, String hash) {
        Settings next;
        try {
            next = read(wanted);
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException("version " + hash + " is not in order any more: " + e.getMessage(), e);
        }
        try {
            return ProviderChanges.between(read(present).providers(), next.providers()).toString();
        } catch (ConfigurationException e) {
            // what is broken can't be compared
            return "";
        }
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Path file = home.configuration();
        if (Files.exists(file)) {
            // where it is a link, what it leads to
            DurableFile.write(file.toRealPath(), bytes);
        } else {
            DurableFile.writePrivate(file, bytes);
        }
    }
}
