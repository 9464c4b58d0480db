package dev.formulary.engine.dispatch;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.Usage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How many tokens the vendor of each model counts where the gateway counts one, as the prompts of late show: vendors have
/// vocabularies of their own. In memory only, for so many models; of those that come later nothing is learned. Thread-safe.
final class Reckoning {
    /// How many models are known.
    static final int MOST_MODELS = 1_000;
    /// Of a shorter prompt most is the vendor's own frame.
    static final int SHORTEST = 200;
    /// No vocabulary is further from another; what looks so counts something else.
    static final double LEAST = 0.5;
    static final double MOST = 2;
    /// The weight of the latest prompt in the mean.
    private static final double NEW = 0.1;

    private final Map<String, Double> ratios = new ConcurrentHashMap<>();

    /// The tokens that a model's vendor will count, as far as anybody knows.
    ///
    /// @param ours as the gateway counts
    int expected(String model, int ours) {
        double ratio = ratios.getOrDefault(model, 1.0);
        return (int) Math.min(Integer.MAX_VALUE, Math.round(ours * ratio));
    }

    /// Learns from what was asked and what its vendor counted, if that shows anything: a count of the vendor's own, for a
    /// prompt that is nothing but text and was sent as the caller wrote it.
    void learn(Order order, String model, Usage counted) {
        int ours = order.promptTokens();
        if (counted.estimated() || counted.promptTokens() <= 0 || ours < SHORTEST || !asWritten(order, model)
                || !isText(order.request())) {
            return;
        }
        double ratio = Math.clamp((double) counted.promptTokens() / ours, LEAST, MOST);
        if (ratios.size() < MOST_MODELS || ratios.containsKey(model)) {
            ratios.merge(model, ratio, (before, now) -> before + NEW * (now - before));
        }
    }

    private static boolean asWritten(Order order, String model) {
        return order.saidTokens() == 0 && (order.takeOver() == null || order.takeOver().from().equals(model));
    }

    private static boolean isText(ChatRequest asked) {
        return asked.tools().isEmpty() && asked.format() instanceof ChatRequest.Format.Free
                && asked.messages().stream().allMatch(Reckoning::isText);
    }

    private static boolean isText(Message message) {
        return message.toolCalls().isEmpty() && message.parts().stream().allMatch(Reckoning::isText);
    }

    private static boolean isText(Part part) {
        return part instanceof ChatRequest.Text;
    }
}
