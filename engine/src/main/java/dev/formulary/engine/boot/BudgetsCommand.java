package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary budgets`
@Command(name = "budgets", mixinStandardHelpOptions = true, description = "Shows the budgets of the running gateway: what is spent, held back for calls under way and left, when each begins anew, and what comes of it at the present rate. In dollars; the forecast with the bounds of nine cases in ten.")
final class BudgetsCommand implements Callable<Integer> {
    static final String PATH = "/admin/budgets";

    private final Terminal terminal;

    @Option(names = "--json", description = "as the management API gives it, in micro-dollars")
    private boolean json;

    BudgetsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return new NodeQuestions(terminal).ask(node -> node.manage(PATH),
                answer -> terminal.out().println(json ? answer.toPrettyString() : text(answer)));
    }

    static String text(JsonNode budgets) {
        if (budgets.isEmpty()) {
            return "none; see \"budgets\" in conf/formulary.yaml";
        }
        var lines = new StringBuilder();
        for (JsonNode budget : budgets) {
            long limit = budget.path("limit").asLong();
            long spent = budget.path("spent").asLong();
            long reserved = budget.path("reserved").asLong();
            lines.append(lines.isEmpty() ? "" : System.lineSeparator())
                    .append(budget.path("id").asText()).append("  scope=").append(budget.path("scope").asText())
                    .append("  kind=").append(budget.path("hard").asBoolean() ? "hard" : "soft")
                    .append("  limit=").append(dollars(limit)).append("  spent=").append(dollars(spent))
                    .append("  reserved=").append(dollars(reserved))
                    .append("  left=").append(dollars(Math.max(0, limit - spent - reserved)))
                    .append("  resets=").append(budget.path("resets_at").asText())
                    .append("  forecast=").append(forecast(budget.path("outlook")));
        }
        return lines.toString();
    }

    private static String forecast(JsonNode outlook) {
        long end = outlook.path("end").asLong(-1);
        if (end < 0) {
            return "not known yet";
        }
        String ends = "ends at " + dollars(end) + " (" + dollars(outlook.path("end_low").asLong()) + ".."
                + dollars(outlook.path("end_high").asLong()) + ")";
        double low = outlook.path("hours_low").asDouble(-1);
        return low < 0
                ? ends
                : ends + ", used up in " + hours(outlook.path("hours").asDouble(-1)) + " h (" + hours(low) + ".."
                        + hours(outlook.path("hours_high").asDouble(-1)) + ")";
    }

    private static String hours(double hours) {
        return hours < 0 ? "?" : String.format(Locale.ROOT, "%.1f", hours);
    }

    private static String dollars(long micros) {
        return BigDecimal.valueOf(micros, 6).setScale(4, RoundingMode.HALF_UP).toPlainString();
    }
}
