package dev.formulary.engine.house;

import dev.formulary.engine.alert.OpenAlert;
import java.util.List;

/// The topics of a node.
///
/// @param node the node's name
/// @param prefix where Home Assistant looks for what it may discover, mostly `homeassistant`
public record Topics(String node, String prefix) {

    private String of(String rest) {
        return "formulary/v1/" + node + "/" + rest;
    }

    /// `online` or, by the last will, `offline`.
    public String status() {
        return of("status");
    }

    String provider(String id) {
        return of("providers/" + Names.level(id));
    }

    String budget(String id) {
        return of("budgets/" + Names.level(id));
    }

    String alert(OpenAlert alert) {
        return of("alerts/" + alertId(alert));
    }

    static String alertId(OpenAlert alert) {
        return Names
                .level(alert.code() + "." + alert.rule() + (alert.resource().isEmpty() ? "" : "." + alert.resource()));
    }

    /// All open alerts together.
    String alerts() {
        return of("alerts");
    }

    String queue() {
        return of("queue");
    }

    String cost() {
        return of("cost");
    }

    String auto() {
        return of("auto");
    }

    /// What happens, as it happens; not retained.
    ///
    /// @param about `alerts` or `providers`
    String events(String about) {
        return of("events/" + about);
    }

    /// What a house may tell the gateway to do.
    String command(String what) {
        return of("command/" + what);
    }

    /// The topics of all orders.
    public List<String> commands() {
        return List.of(command(Order.ACKNOWLEDGE), command(Order.PROBE), command(Order.RELOAD_RULES),
                command(Order.AUTO));
    }

    /// Where Home Assistant says that it has started.
    public String birth() {
        return prefix + "/status";
    }

    /// The id of the device in Home Assistant.
    String device() {
        return "formulary_" + Names.id(node);
    }

    String discovery() {
        return prefix + "/device/" + device() + "/config";
    }
}
