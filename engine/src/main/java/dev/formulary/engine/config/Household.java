package dev.formulary.engine.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A house whose rooms the gateway looks at: the file `conf/house.yaml`. Without it nothing of the house is asked.
///
/// @param url of Home Assistant, `http://host:8123` or `https://…`
/// @param token a long-lived access token
/// @param ca a file with the authorities that may have signed its certificate; null for those of the JDK
/// @param timeout how long one answer of it may take
/// @param model who is asked: `auto`, an alias, or `provider/model`
/// @param leastConfidence tasks of which the model is less sure are told and not put on a list, 0 to 1
/// @param rooms at least one
public record Household(URI url, Secret token, @Nullable Path ca, Duration timeout, String model,
        double leastConfidence,
        List<Room> rooms) {
    /// Where it stands in the home folder.
    public static final String FILE = "conf/house.yaml";

    private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9._\\[\\]:-]{1,253}(/[A-Za-z0-9._/-]*)?");
    private static final Pattern ZONE = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} _-]{0,62}");
    private static final Pattern CAMERA = Pattern.compile("camera\\.[a-z0-9_]{1,200}");
    private static final Pattern LIST = Pattern.compile("todo\\.[a-z0-9_]{1,200}");
    private static final Pattern MODEL = Pattern.compile("[^\\s\"\\\\]{1,200}");
    private static final Pattern ABOUT = Pattern.compile("(?s)\\S.{0,999}");
    private static final int LONGEST = 256 * 1024;

    /// A room.
    ///
    /// @param zone its name, as rules know it
    /// @param camera the entity that shows it
    /// @param list the entity of its to-do list
    /// @param local whether its pictures stay at home whatever rules say
    /// @param about what the model is told besides, for example what to overlook; may be empty
    public record Room(String zone, String camera, String list, boolean local, String about) {}

    /// Reads the file of a home folder.
    ///
    /// @param env the environment, for `${NAME}` in the file
    /// @return null when there is no such file
    /// @throws ConfigurationException with all that is wrong
    public static @Nullable Household load(Path home, Map<String, String> env) throws ConfigurationException {
        Path file = home.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        Complaints complaints = new Complaints(FILE);
        Node.Mapping root = Tree.read(TextFile.read(file, FILE, LONGEST), new Placeholders(env), complaints);
        complaints.throwIfAny();
        Household household = Section.read("", root, complaints, section -> read(section, home));
        complaints.throwIfAny();
        return household;
    }

    private static Household read(Section s, Path home) {
        s.require("url", "token", "rooms");
        String url = s.text("url", "http://homeassistant.local:8123", URL,
                "the address of Home Assistant, for example http://homeassistant.local:8123");
        Secret token = s.optionalSecret("token");
        String ca = s.optionalText("ca");
        if (ca != null && !url.startsWith("https://")) {
            s.complain("ca", "is for a url that begins with https:// only");
        }
        Set<String> zones = new HashSet<>();
        return new Household(URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url),
                Objects.requireNonNullElse(token, new Secret("")), ca == null ? null : home.resolve(ca),
                s.duration("timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(1)),
                s.text("model", "auto", MODEL, "auto, an alias or provider/model"), s.share("least-confidence", 0.5),
                s.list("rooms", room -> room(room, zones)));
    }

    private static Room room(Section s, Set<String> zones) {
        s.require("zone", "camera", "list");
        String zone = s.text("zone", "", ZONE, "a name of letters, digits, blanks, _ and -, for example kitchen");
        return new Room(s.once("zone", zone, zones),
                s.text("camera", "", CAMERA, "the id of a camera, for example camera.kitchen"),
                s.text("list", "", LIST, "the id of a to-do list, for example todo.household"),
                s.oneOf("privacy", "rules", "rules", "local").equals("local"),
                s.text("about", "", ABOUT, "up to 1,000 characters"));
    }

    /// The room of that name, or null.
    public @Nullable Room room(String zone) {
        return rooms.stream().filter(each -> each.zone().equals(zone)).findFirst().orElse(null);
    }
}
