package dev.formulary.engine.config;

import dev.formulary.engine.config.Settings.Breaker;
import dev.formulary.engine.config.Settings.Cache;
import dev.formulary.engine.config.Settings.Decisions;
import dev.formulary.engine.config.Settings.Inbox;
import dev.formulary.engine.config.Settings.Load;
import dev.formulary.engine.config.Settings.Management;
import dev.formulary.engine.config.Settings.Plugins;
import dev.formulary.engine.config.Settings.Policy;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.config.Settings.Screening;
import dev.formulary.engine.config.Settings.Server;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads `conf/formulary.yaml`. The presets stand here and, for people, in the shipped file; a test compares both.
public final class Configuration {
    /// The file's name within the home folder.
    public static final String FILE = "conf/formulary.yaml";

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);
    /// As many as 192 bits take in Base64.
    private static final int SHORTEST_KEY = 32;
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    static final String AN_ID = "lower-case letters, digits, dots, underscores and hyphens";
    private static final Pattern KIND = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");
    private static final Pattern ALIAS = Pattern.compile("[^\\s/]{1,100}");
    private static final Pattern MODEL = Pattern.compile("auto|[^\\s/]+/\\S+");
    static final Pattern ADDRESS = Pattern.compile("[^\\s/@]{1,255}");
    static final String AN_ADDRESS = "an address or a host name, for example 127.0.0.1";
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern ANY = Pattern.compile("(?s).*\\S.*");

    private final Path home;
    private final Map<String, String> env;
    private final Complaints complaints;

    private Configuration(Path home, Map<String, String> env, Complaints complaints) {
        this.home = home;
        this.env = env;
        this.complaints = complaints;
    }

    /// Reads the file of a home folder. A missing file means that all is preset.
    ///
    /// @param env the environment: for `${NAME}` in the file, `FORMULARY_PORT` and `FORMULARY_MANAGEMENT_PORT`
    /// @throws ConfigurationException with all that is wrong
    public static Settings load(Path home, Map<String, String> env) throws ConfigurationException {
        return read(text(home), home, env);
    }

    /// What stands in the file of a home folder; empty when there is none.
    ///
    /// @throws ConfigurationException when it can't be read
    public static String text(Path home) throws ConfigurationException {
        Complaints complaints = new Complaints(FILE);
        String text = text(home.resolve(FILE), complaints);
        complaints.throwIfAny();
        return text;
    }

    /// Reads what stands, or stood, in the file.
    ///
    /// @throws ConfigurationException with all that is wrong
    public static Settings read(String text, Path home, Map<String, String> env) throws ConfigurationException {
        Complaints complaints = new Complaints(FILE);
        Node.Mapping root = Tree.read(text, new Placeholders(env), complaints);
        complaints.throwIfAny();
        Settings settings = Section.read("", root, complaints, new Configuration(home, env, complaints)::settings);
        complaints.throwIfAny();
        return settings;
    }

    private static String text(Path file, Complaints complaints) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (CharacterCodingException e) {
            complaints.add(Place.START, "", "is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            complaints.add(Place.START, "", "cannot be read: " + e.getMessage());
        }
        return "";
    }

    private Settings settings(Section s) {
        List<Settings.Key> keys = keys(s);
        Server server = s.section("server", inner -> server(inner, keys));
        Management management = s.section("management", inner -> management(inner, keys, server));
        String node = s.text("node", "local", NODE, "letters, digits and hyphens");
        return new Settings(node, server, management, keys,
                providers(s),
                s.names("aliases", ALIAS, "without spaces and slashes", MODEL, "auto or provider/model"),
                s.section("policy", Configuration::policy), s.section("cache", Configuration::cache),
                s.section("breaker", Configuration::breaker),
                s.section("queue", in -> new Settings.Queue(in.number("most", 1_000, 0, 100_000),
                        in.share("memory", 0.95), in.share("gpu-memory", 1))),
                s.section("probe", in -> new Settings.Probes(Probing.budget(in))),
                BudgetList.read(s, keys, new Home(home).issuesKeys()),
                LimitList.read(s, keys, new Home(home).issuesKeys()),
                s.section("load", in -> new Load(in.duration("every", Duration.ofSeconds(2),
                        Duration.ofMillis(100), Duration.ofMinutes(5)), in.section("series", SeriesSettings::read))),
                s.optionalSection("mqtt", m -> BrokerSection.read(m, home)), s.section("inbox", Configuration::inbox),
                s.section("plugins", Configuration::plugins),
                s.section("decisions", Configuration::decisions),
                s.section("screening", in -> new Screening(in.flag("enabled", true))),
                s.section("sessions", Configuration::sessions), s.flag("discover", true),
                s.optionalSection("cluster", in -> ClusterSection.read(in, server, management)),
                s.section("fetch", FetchSettings::read),
                AlertSection.read(s, node, home),
                s.section("ledger", LedgerSettings::read),
                s.section("telemetry", TelemetrySettings::read), s.section("logs", LogSettings::read));
    }

    private Server server(Section s, List<Settings.Key> keys) {
        String host = host(s);
        if (!Addresses.isLoopback(host) && keys.isEmpty() && !new Home(home).issuesKeys()) {
            s.complain("host", "lets other machines call without a key; add \"keys\" or use 127.0.0.1");
        }
        int port = port(s, 8080, "FORMULARY_PORT");
        return new Server(host, port, s.size("max-body", 8 * MIB, KIB, 1024 * MIB),
                s.number("max-in-flight", 1024, 1, 1_000_000),
                s.duration("read-timeout", Duration.ofSeconds(30), MOMENT, DAY),
                s.duration("idle-timeout", Duration.ofSeconds(75), MOMENT, DAY),
                s.duration("call-timeout", Duration.ofMinutes(2), MOMENT, DAY),
                s.duration("drain", Duration.ofSeconds(8), Duration.ZERO, DAY),
                PerimeterSection.server(s, home, host, port, keys.isEmpty()));
    }

    private Management management(Section s, List<Settings.Key> keys, Server server) {
        String host = host(s);
        Secret adminKey = s.optionalSecret("admin-key");
        if (!Addresses.isLoopback(host) && (keys.isEmpty() || adminKey == null) && !new Home(home).issuesKeys()) {
            s.complain("host", "lets other machines manage the gateway; add \"management.admin-key\" and \"keys\""
                    + " or use 127.0.0.1");
        }
        int port = port(s, 8081, "FORMULARY_MANAGEMENT_PORT");
        if (port != 0 && port == server.port()) {
            s.complain("port", "must differ from server.port, which is " + port + " too");
        }
        PerimeterSection.apart(s, port, server.perimeter());
        return new Management(host, port, adminKey, PerimeterSection.management(s, home, host, adminKey == null));
    }

    private static String host(Section s) {
        return s.text("host", "127.0.0.1", ADDRESS, AN_ADDRESS);
    }

    private int port(Section s, int preset, String variable) {
        int port = s.number("port", preset, 0, 65_535);
        String override = env.getOrDefault(variable, "");
        if (override.isEmpty()) {
            return port;
        }
        Integer read = Numbers.whole(override, 0, 65_535);
        if (read == null) {
            complaints.addEnvironment(variable, "must be a port from 0 to 65535");
        }
        return read == null ? port : read;
    }

    private static List<Settings.Key> keys(Section root) {
        Set<String> names = new HashSet<>();
        Set<String> values = new HashSet<>();
        return root.list("keys", s -> {
            s.require("name", "key");
            String name = s.once("name", s.text("name", "", ANY, "text; numbers need quotes"), names);
            String key = s.once("key", s.text("key", "", ANY, "text that is not empty; numbers need quotes"), values);
            return new Settings.Key(name, new Secret(key),
                    s.text("tenant", "default", ANY, "text; numbers need quotes"),
                    s.text("pool", "", ANY, "text; numbers need quotes"));
        });
    }

    private static List<ProviderEntry> providers(Section root) {
        Set<String> ids = new HashSet<>();
        var accelerators = new LinkedHashMap<Section, String>();
        List<ProviderEntry> entries = root.list("providers", s -> {
            s.require("id");
            String id = s.once("id", s.text("id", "", ID, AN_ID), ids);
            String accelerator = Accelerators.name(s);
            accelerators.put(s, accelerator);
            return new ProviderEntry(id, s.text("kind", id, KIND, "lower-case letters, digits and hyphens"),
                    s.number("parallel", 0, 0, 10_000), accelerator, s.section("probe", Probing::of),
                    s.everythingElse(), s.places());
        });
        Accelerators.check(accelerators, ids);
        return entries;
    }

    private static Policy policy(Section s) {
        return new Policy(s.flag("paid", false), s.number("firing-limit", 10_000, 1, 10_000_000),
                s.duration("time-budget", Duration.ofMillis(500), MOMENT, Duration.ofMinutes(1)),
                Settings.Scenarios.valueOf(
                        s.oneOf("scenarios", "refuse", "refuse", "warn", "off").toUpperCase(Locale.ROOT)),
                Settings.Tokens.valueOf(s.oneOf("tokens", "estimate", "estimate", "count").toUpperCase(Locale.ROOT)));
    }

    private static Cache cache(Section s) {
        return new Cache(s.flag("enabled", true), s.size("max-size", 32 * MIB, 64 * KIB, 1024 * 1024 * MIB),
                s.duration("stale", Duration.ofHours(1), Duration.ZERO, Duration.ofDays(30)));
    }

    private static Breaker breaker(Section s) {
        int window = s.number("window", 20, 1, 10_000);
        Duration openFor = s.duration("open-for", Duration.ofSeconds(10), MOMENT, DAY);
        return new Breaker(s.share("failure-rate", 0.5), window,
                s.number("minimum-calls", Math.min(10, window), 1, window), s.share("slow-rate", 0.8),
                s.duration("slow-after", Duration.ofSeconds(60), MOMENT, DAY), openFor,
                s.duration("open-most", longer(Duration.ofMinutes(5), openFor), openFor, DAY),
                s.number("half-open-calls", 3, 1, 1000));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static Inbox inbox(Section s) {
        return new Inbox(s.flag("enabled", true), s.number("parallel", 4, 1, 1000));
    }

    private static Plugins plugins(Section s) {
        return new Plugins(s.oneOf("verify", "off", "off", "sha256", "signature"),
                s.texts("allow", SHA_256, "a SHA-256 sum: 64 hexadecimal digits in quotes"));
    }

    private static Settings.Sessions sessions(Section s) {
        Settings.Sessions usual = Settings.Sessions.USUAL;
        return new Settings.Sessions(
                s.duration("idle", usual.idle(), Duration.ofSeconds(1), DAY.multipliedBy(365)),
                s.number("most", usual.most(), 1, 1_000_000),
                s.number("hand-over-tokens", usual.handOverTokens(), 0, 10_000),
                s.section("history", Configuration::history), s.section("responses", Retained::read));
    }

    private static Settings.History history(Section s) {
        Settings.History usual = Settings.History.USUAL;
        Secret key = s.optionalSecret("key");
        if (key != null && key.value().length() < SHORTEST_KEY) {
            s.complain("key", "must have at least " + SHORTEST_KEY
                    + " characters that nobody can guess; \"openssl rand -base64 32\" gives some");
        }
        return new Settings.History(Whose.valueOf(s.oneOf("keep", "off", "off", "mqtt", "file",
                "mqtt-and-file", "all").toUpperCase(Locale.ROOT).replace('-', '_')),
                s.number("turns", usual.turns(), 1, 1_000), s.number("tokens", usual.tokens(), 1, 100_000),
                s.duration("retention", usual.retention(), Duration.ofMinutes(1), DAY.multipliedBy(3650)),
                s.size("max-size", usual.maxSize(), MIB, 1024 * 1024 * MIB),
                s.flag("keep-private", usual.keepPrivate()), key);
    }

    private static Decisions decisions(Section s) {
        return new Decisions(s.number("keep", 250, 1, 1_000_000), s.flag("store", true),
                s.duration("retention", DAY.multipliedBy(30), Duration.ofMinutes(1), DAY.multipliedBy(3650)),
                s.size("max-size", 256 * MIB, MIB, 1024 * 1024 * MIB),
                s.oneOf("personal", "keep", "keep", "hash", "mask"));
    }
}
