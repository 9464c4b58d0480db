package dev.formulary.broker;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.apache.activemq.artemis.spi.core.remoting.ssl.SSLContextConfig;
import org.apache.activemq.artemis.spi.core.remoting.ssl.SSLContextFactory;

/// Hands the gateway's own TLS to Artemis, which would read files of its own: so the broker follows a renewed certificate as the
/// other ports do. Artemis makes an instance of its own and knows each context by what it takes for the path of a key store.
public final class HandedContexts implements SSLContextFactory {
    private static final Map<String, SSLContext> HANDED = new ConcurrentHashMap<>();

    private final Set<String> own = ConcurrentHashMap.newKeySet();

    /// Keeps a context for Artemis to ask for.
    ///
    /// @return what to ask with
    String hand(SSLContext context) {
        String name = UUID.randomUUID().toString();
        own.add(name);
        HANDED.put(name, context);
        return name;
    }

    /// Lets those go that were handed by this instance.
    void forget() {
        own.forEach(HANDED::remove);
    }

    @Override
    public SSLContext getSSLContext(SSLContextConfig config, Map<String, Object> options) {
        SSLContext handed = HANDED.get(String.valueOf(config.getKeystorePath()));
        if (handed == null) {
            throw new IllegalStateException("not a context of this gateway");
        }
        return handed;
    }

    @Override
    public int getPriority() {
        return Integer.MAX_VALUE;
    }
}
