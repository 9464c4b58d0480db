package dev.formulary.engine.house;

import dev.formulary.engine.mqtt.Incoming;
import dev.formulary.engine.mqtt.Messages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A broker that keeps what is retained, and can be lost.
final class PlainBroker implements Messages {
    /// A message as it was published.
    record Said(String topic, String payload, boolean retained) {}

    final List<Said> said = new ArrayList<>();
    final Map<String, String> retained = new LinkedHashMap<>();
    private final List<Runnable> actions = new ArrayList<>();
    private final List<CompletableFuture<Void>> held = new ArrayList<>();
    private boolean connected;
    private boolean holding;

    /// Connects it anew.
    ///
    /// @param forgetful whether it has lost what was retained
    void connect(boolean forgetful) {
        connected = true;
        if (forgetful) {
            retained.clear();
        }
        actions.forEach(Runnable::run);
    }

    void disconnect() {
        connected = false;
    }

    /// From now on acknowledges nothing.
    void hold() {
        holding = true;
    }

    /// Topics that were spoken to since the last time.
    List<String> topics() {
        List<String> topics = said.stream().map(Said::topic).toList();
        said.clear();
        return topics;
    }

    @Override
    public String statusTopic() {
        return "formulary/v1/house/status";
    }

    @Override
    public CompletableFuture<?> publish(String topic, byte[] payload, boolean retain) {
        if (!connected) {
            return CompletableFuture.failedFuture(new IOException("no connection"));
        }
        String text = new String(payload, StandardCharsets.UTF_8);
        said.add(new Said(topic, text, retain));
        if (retain && text.isEmpty()) {
            retained.remove(topic);
        } else if (retain) {
            retained.put(topic, text);
        }
        var done = new CompletableFuture<Void>();
        if (holding) {
            held.add(done);
        } else {
            done.complete(null);
        }
        return done;
    }

    @Override
    public Subscription listen(String filter, Consumer<Incoming> listener) {
        throw new UnsupportedOperationException("nobody speaks to it");
    }

    @Override
    public void onConnected(Runnable action) {
        actions.add(action);
        if (connected) {
            action.run();
        }
    }
}
