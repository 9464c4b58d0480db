package dev.formulary.engine.config;

import java.time.Duration;
import java.util.List;

/// The nodes that share limits and sessions.
///
/// @param name only nodes that say the same are taken for members
/// @param bind the address to listen on, as the other nodes reach it; never all of the machine's
/// @param port 1 to 65534; the next one watches that the others live
/// @param members all nodes, this one too, as `host:port`
/// @param secret of which the key is made that encrypts all that nodes say to each other
/// @param timeout how long a call waits for the others' consent
/// @param whenApart what becomes of limits when not all members are there
public record ClusterSettings(String name, String bind, int port, List<String> members, Secret secret, Duration timeout,
        WhenApart whenApart) {

    /// This node as it stands among the members.
    public String address() {
        return address(bind, port);
    }

    static String address(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
