package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.notify.Courier;
import dev.formulary.engine.notify.Receipt;
import dev.formulary.engine.notify.UndeliveredException;
import dev.formulary.engine.store.DeliveryFile;
import dev.formulary.engine.transport.Threads;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelDeskTest {
    private static final String HOOK = """
        alerts:
          retry: { attempts: 1 }
          channels:
            - { name: hook, kind: webhook, url: "https://hooks.example.org/path-hidden", token: token-hidden,
                secret: 0123456789-hidden }
        """;
    private static final String TEST = "/admin/alerts/channels/hook/test";

    @TempDir
    Path folder;
    private final ScheduledExecutorService timer = Threads.timer("test");
    private volatile @Nullable UndeliveredException refusal;
    private Home home;
    private Senses senses;

    @BeforeEach
    void prepare() throws Exception {
        home = new Home(folder);
        Files.createDirectories(home.data());
        senses = new Senses(settings(HOOK), home, timer, null);
    }

    @AfterEach
    void stop() throws Exception {
        senses.close();
        timer.shutdownNow();
    }

    private Settings settings(String yaml) throws Exception {
        return Configuration.read(yaml, folder, Map.of());
    }

    private ChannelDesk desk() throws Exception {
        Courier courier = _ -> {
            UndeliveredException now = refusal;
            if (now != null) {
                throw now;
            }
            return new Receipt("http", "204 from hooks.example.org:443");
        };
        return ChannelDesk.of(settings(HOOK), home, senses, courier);
    }

    private static String show(ChannelDesk desk, String path) {
        return new String(AdminJson.write(Objects.requireNonNull(desk.documents().get(path)).get()),
                StandardCharsets.UTF_8);
    }

    private static Change.Result change(ChannelDesk desk, String path, Map<String, String> said) {
        return Objects.requireNonNull(desk.changes().get(path)).apply(said);
    }

    @Test
    void aChannelIsTestedAndShownWithoutItsSecrets() throws Exception {
        try (ChannelDesk desk = desk()) {
            assertThat(change(desk, TEST, Map.of())).isInstanceOf(Change.Result.Done.class).asString()
                    .contains("said=http: 204 from hooks.example.org:443");

            refusal = new UndeliveredException("hooks.example.org:443 answered 401");
            assertThat(change(desk, TEST, Map.of())).isEqualTo(new Change.Result.Refused("not_delivered",
                    "hooks.example.org:443 answered 401"));

            assertThat(show(desk, ChannelDesk.CHANNELS)).contains("\"name\":\"hook\"", "\"kind\":\"webhook\"",
                    "\"place\":\"hooks.example.org:443\"", "\"waiting\":0", "\"delivered\":1", "\"dead\":1",
                    "\"last\":\"hooks.example.org:443 answered 401\"").doesNotContain("hidden");
            assertThat(show(desk, ChannelDesk.DELIVERIES)).contains("\"state\":\"delivered\"", "\"state\":\"dead\"")
                    .doesNotContain("hidden");
        }
    }

    @Test
    void anAlertIsToldAndADeadLetterIsSentAgain() throws Exception {
        try (ChannelDesk desk = desk()) {
            refusal = new UndeliveredException("hooks.example.org:443 answered 500");
            senses.alerts().raise(new Notice("r", Severity.WARNING, "slow", "it is slow"), Samples.NOON);
            senses.alerts().tick(Samples.NOON);
            await().until(() -> {
                desk.tick();
                return show(desk, ChannelDesk.DEAD).contains("\"about\":\"slow r\"");
            });
            await().until(() -> {
                desk.tick();
                return senses.alerts().openCodes().contains("alert-channel:hook");
            });
            refusal = null;

            assertThat(change(desk, ChannelDesk.RESEND, Map.of("channel", "hok"))).isEqualTo(
                    new Change.Result.Refused("no_such_channel", "there is no channel 'hok'; there are hook"));
            assertThat(change(desk, ChannelDesk.RESEND, Map.of()))
                    .isEqualTo(new Change.Result.Done(new Shown.Resent(1)));
            await().until(() -> {
                desk.tick();
                return show(desk, ChannelDesk.DELIVERIES).contains("\"state\":\"delivered\"");
            });
            assertThat(show(desk, ChannelDesk.DEAD)).isEqualTo("[]");
        }
    }

    @Test
    void withoutChannelsThereIsNothingAndNoFile() throws Exception {
        try (var desk = ChannelDesk.of(settings(""), home, senses, _ -> Receipt.OF_ROUTE)) {
            senses.alerts().raise(new Notice("r", Severity.WARNING, "slow", "it is slow"), Samples.NOON);
            desk.tick();

            assertThat(show(desk, ChannelDesk.CHANNELS)).isEqualTo("[]");
            assertThat(show(desk, ChannelDesk.DEAD)).isEqualTo("[]");
            assertThat(change(desk, ChannelDesk.RESEND, Map.of())).isEqualTo(new Change.Result.Refused("no_channels",
                    "no channel is configured; alerts.channels says where alerts are told"));
            assertThat(home.data().resolve(DeliveryFile.FILE)).doesNotExist();
        }
    }
}
