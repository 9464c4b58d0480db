import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Asks a gateway by MQTT at QoS 1 while the broker (a mosquitto with persistent sessions) is killed ten times and the gateway
/// twice, each by SIGKILL and started again, and counts what the asker gets: messages, and answers. Two messages with the same
/// bytes are one answer that came twice; two with different bytes are two answers to one question.
///
/// The asker does what a client must that is not to lose anything when its broker may: a question that has no answer after
/// ten seconds (a minute with a broker of the gateway's own) is asked once more, with the same id and the same bytes. How many that were is told.
///
/// usage: java -cp 'ARCHIVE/lib/*' MqttStorm.java ARCHIVE [REQUESTS] [ASKER] [GATEWAY] [own]
///        (10000; versions of MQTT, 5 or 3.1.1; without them 5 and 5, then 3.1.1 and 5, then 3.1.1 and 3.1.1;
///        own: the broker is the gateway's own, and killed with it)
///
/// Ends with 0 when every question got its answer, and none got two.
public class MqttStorm {
    static final int BROKER_KILLS = 10;
    static final int GATEWAY_KILLS = 2;
    static final int AT_ONCE = 200;
    static final long AGAIN_SECONDS = 10;
    /// A broker that keeps what it took needs none to be asked again; its gateway takes some seconds to come back.
    static final long AGAIN_SECONDS_OWN = 60;
    static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(20);

    public static void main(String[] args) throws Exception {
        Path archive = Path.of(args[0]);
        int requests = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        List<List<String>> versions = args.length > 3
                ? List.of(List.of(args[2], args[3]))
                : List.of(List.of("5", "5"), List.of("3.1.1", "5"), List.of("3.1.1", "3.1.1"));
        boolean good = true;
        Started.say("%7s %7s %9s %9s %9s %11s %6s %6s %6s %8s", "asker", "gateway", "requests", "answered", "messages",
                "asked again", "lost", "twice", "wrong", "seconds");
        for (List<String> each : versions) {
            good &= new MqttStorm(archive, requests, each.getFirst(), each.getLast(), args.length > 4).run();
        }
        System.exit(good ? 0 : 1);
    }

    final Path archive;
    final int requests;
    final String asker;
    final String gateway;
    final boolean own;
    final int mostBrokerKills;
    final long againNanos;
    final Path folder = Files.createTempDirectory("storm");
    final int port = freePort();
    /// The answers of each question, as bytes.
    final Map<String, Set<String>> answers = new ConcurrentHashMap<>();
    /// When each question without an answer was asked last.
    final Map<String, Long> open = new ConcurrentHashMap<>();
    final AtomicInteger messages = new AtomicInteger();
    final AtomicInteger again = new AtomicInteger();
    final AtomicInteger wrong = new AtomicInteger();
    final AtomicLong latest = new AtomicLong(System.nanoTime());
    final Semaphore room = new Semaphore(AT_ONCE);
    Process broker;

    MqttStorm(Path archive, int requests, String asker, String gateway, boolean own) throws IOException {
        this.archive = archive;
        this.requests = requests;
        this.asker = asker;
        this.gateway = gateway;
        this.own = own;
        mostBrokerKills = own ? 0 : BROKER_KILLS;
        againNanos = TimeUnit.SECONDS.toNanos(own ? AGAIN_SECONDS_OWN : AGAIN_SECONDS);
    }

    static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    boolean run() throws Exception {
        if (!own) {
            configureBroker();
            startBroker();
        }
        long begun = System.nanoTime();
        String where = own
                ? "embedded: { port: %d, topics: [\"#\"] }".formatted(port)
                : "url: \"mqtt://127.0.0.1:%d\"".formatted(port);
        Path home = Started.home("""
                node: storm
                discover: false
                cache: { enabled: false }
                mqtt: { %s, version: %s }
                providers:
                  - { id: a, kind: simulator, parallel: 64, first-token-ms: 5, tokens-per-second: 100000, models: [{ id: m }] }
                """.formatted(where, gateway));
        var started = new Started(archive, home);
        try (Client client = asker.equals("5") ? new Client5() : new Client3()) {
            Thread asking = Thread.ofVirtual().start(() -> ask(client));
            int brokerKills = 0;
            int gatewayKills = 0;
            while (answers.size() < requests && System.nanoTime() - begun < MOST_NANOS) {
                if (brokerKills < mostBrokerKills && answers.size() * (mostBrokerKills + 1L) >= requests * (brokerKills + 1L)) {
                    broker.destroyForcibly().waitFor();
                    startBroker();
                    brokerKills++;
                }
                if (gatewayKills < GATEWAY_KILLS && answers.size() * (GATEWAY_KILLS + 1L) >= requests * (gatewayKills + 1L)) {
                    started.kill();
                    started = new Started(archive, home);
                    gatewayKills++;
                }
                askAgain(client);
                Thread.sleep(20);
            }
            asking.interrupt();
            // what is still on its way could be a second answer
            while (System.nanoTime() - latest.get() < TimeUnit.SECONDS.toNanos(5)) {
                Thread.sleep(100);
            }
            if (brokerKills < mostBrokerKills || gatewayKills < GATEWAY_KILLS) {
                Started.say("only %d and %d kills", brokerKills, gatewayKills);
            }
        } finally {
            started.close();
            if (broker != null) {
                broker.destroyForcibly().waitFor();
            }
        }
        return told(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
    }

    void configureBroker() throws IOException {
        Files.write(folder.resolve("mosquitto.conf"), List.of("listener " + port + " 127.0.0.1", "allow_anonymous true",
                "persistence true", "persistence_location " + folder + "/", "autosave_on_changes true",
                "autosave_interval 1", "max_queued_messages 0", "user " + System.getProperty("user.name")));
    }

    boolean told(long seconds) {
        long lost = requests - answers.size();
        var twice = new TreeSet<String>();
        answers.forEach((id, each) -> {
            if (each.size() > 1) {
                twice.add(id);
            }
        });
        Started.say("%7s %7s %9d %9d %9d %11d %6d %6d %6d %8d", asker, gateway, requests, answers.size(), messages.get(),
                again.get(), lost, twice.size(), wrong.get(), seconds);
        twice.stream().limit(3).forEach(id -> Started.say("two answers to %s: %s", id, answers.get(id)));
        return lost == 0 && twice.isEmpty() && wrong.get() == 0;
    }

    void startBroker() throws Exception {
        String program = Files.exists(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
        broker = new ProcessBuilder(program, "-c", folder.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        for (int i = 0; i < 1_000; i++) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                Thread.sleep(10);
            }
        }
        throw new IOException("mosquitto does not listen; see " + folder.resolve("log"));
    }

    void ask(Client client) {
        try {
            for (int i = 0; i < requests; i++) {
                room.acquire();
                String id = "q" + i;
                open.put(id, System.nanoTime());
                client.ask(id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void askAgain(Client client) {
        long now = System.nanoTime();
        open.forEach((id, asked) -> {
            if (now - asked > againNanos && open.replace(id, asked, now)) {
                again.incrementAndGet();
                client.ask(id);
            }
        });
    }

    void answered(String id, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        messages.incrementAndGet();
        latest.set(System.nanoTime());
        if (!text.contains("\"chat.completion\"")) {
            wrong.incrementAndGet();
            Started.say("not an answer to %s: %s", id, text);
        }
        answers.computeIfAbsent(id, _ -> ConcurrentHashMap.newKeySet()).add(text);
        if (open.remove(id) != null) {
            room.release();
        }
    }

    static byte[] body(String id, String more) {
        return ("{" + more + "\"model\":\"a/m\",\"messages\":[{\"role\":\"user\",\"content\":\"question " + id + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    interface Client extends AutoCloseable {
        void ask(String id);

        @Override
        void close();
    }

    MqttClientBuilder connection() {
        return MqttClient.builder().identifier("asker").serverHost("127.0.0.1").serverPort(port).automaticReconnect()
                .initialDelay(50, TimeUnit.MILLISECONDS).maxDelay(500, TimeUnit.MILLISECONDS).applyAutomaticReconnect()
                .addDisconnectedListener(lost -> lost.getReconnector().resubscribeIfSessionExpired(true)
                        .republishIfSessionExpired(true));
    }

    final class Client5 implements Client {
        final Mqtt5AsyncClient client = connection().useMqttVersion5().buildAsync();

        Client5() {
            client.publishes(MqttGlobalPublishFilter.ALL, message -> answered(
                    StandardCharsets.UTF_8.decode(message.getCorrelationData().orElse(ByteBuffer.allocate(0))).toString(),
                    message.getPayloadAsBytes()));
            client.connectWith().cleanStart(false).sessionExpiryInterval(3_600).send().join();
            client.subscribeWith().topicFilter("answers/storm").qos(MqttQos.AT_LEAST_ONCE).send().join();
        }

        @Override
        public void ask(String id) {
            var _ = client.publishWith().topic("formulary/v1/storm/chat").qos(MqttQos.AT_LEAST_ONCE)
                    .responseTopic("answers/storm").correlationData(id.getBytes(StandardCharsets.UTF_8))
                    .payload(body(id, "")).send();
        }

        @Override
        public void close() {
            client.disconnect().orTimeout(5, TimeUnit.SECONDS).exceptionally(_ -> null).join();
        }
    }

    final class Client3 implements Client {
        final Mqtt3AsyncClient client = connection().useMqttVersion3().buildAsync();

        Client3() {
            client.publishes(MqttGlobalPublishFilter.ALL, message -> answered(
                    message.getTopic().toString().substring("answers/storm/".length()), message.getPayloadAsBytes()));
            client.connectWith().cleanSession(false).send().join();
            client.subscribeWith().topicFilter("answers/storm/+").qos(MqttQos.AT_LEAST_ONCE).send().join();
        }

        @Override
        public void ask(String id) {
            var _ = client.publishWith().topic("formulary/v1/storm/chat").qos(MqttQos.AT_LEAST_ONCE)
                    .payload(body(id, "\"id\":\"" + id + "\",\"reply_to\":\"answers/storm/" + id + "\",")).send();
        }

        @Override
        public void close() {
            client.disconnect().orTimeout(5, TimeUnit.SECONDS).exceptionally(_ -> null).join();
        }
    }
}
