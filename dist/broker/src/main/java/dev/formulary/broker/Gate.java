package dev.formulary.broker;

import dev.formulary.engine.broker.Admission;
import dev.formulary.engine.broker.Admission.Rights;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.NoCacheLoginException;
import org.apache.activemq.artemis.spi.core.security.jaas.RolePrincipal;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the gateway who may come in and what they may do.
final class Gate implements ActiveMQSecurityManager5 {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final String QUEUE = "::";

    private final Admission admission;
    private final int maxSessions;
    private volatile @Nullable ActiveMQServer server;

    Gate(Admission admission, int maxSessions) {
        this.admission = admission;
        this.maxSessions = maxSessions;
    }

    /// From now on it counts the sessions of that server.
    void guard(ActiveMQServer started) {
        server = started;
    }

    @Override
    public @Nullable Subject authenticate(@Nullable String user, @Nullable String password,
            RemotingConnection connection, @Nullable String domain) throws NoCacheLoginException {
        Rights rights = admission.login(user, password);
        if (rights == Rights.NONE) {
            LOG.warn("client refused, wrong user or password from={}", connection.getRemoteAddress());
            throw new NoCacheLoginException("wrong user or password");
        }
        if (rights == Rights.CLIENT && isFull(connection.getClientID())) {
            LOG.warn("client refused, there are too many sessions from={} most={}", connection.getRemoteAddress(),
                    maxSessions);
            throw new NoCacheLoginException("too many sessions");
        }
        // Artemis takes no other kinds of principals
        return new Subject(true, Set.of(new UserPrincipal(rights.name()), new RolePrincipal(rights.name())), Set.of(),
                Set.of());
    }

    private boolean isFull(@Nullable String client) {
        ActiveMQServer started = server;
        if (started == null || !started.isActive()) {
            return false;
        }
        try {
            var sessions = MQTTStateManager.getInstance(started).getSessionStates();
            return sessions.size() > maxSessions
                    || (sessions.size() == maxSessions && !sessions.containsKey(client));
        } catch (Exception e) {
            throw new IllegalStateException("sessions can't be counted", e);
        }
    }

    @Override
    public boolean authorize(Subject subject, Set<Role> roles, CheckType check, String address) {
        Rights rights = subject.getPrincipals(RolePrincipal.class).stream()
                .map(role -> Rights.valueOf(role.getName())).findFirst().orElse(Rights.NONE);
        int queue = address.indexOf(QUEUE);
        String topics = queue < 0 ? address : address.substring(0, queue);
        return admission.allows(rights, topic(topics));
    }

    private String topic(String address) {
        ActiveMQServer started = server;
        WildcardConfiguration wildcards = started == null
                ? new WildcardConfiguration()
                : started.getConfiguration().getWildcardConfiguration();
        return MQTTUtil.getMqttTopicFromCoreAddress(address, wildcards);
    }

    @Override
    public boolean validateUser(@Nullable String user, @Nullable String password) {
        return admission.login(user, password) != Rights.NONE;
    }

    @Override
    public boolean validateUserAndRole(@Nullable String user, @Nullable String password, Set<Role> roles,
            CheckType check) {
        return false;
    }
}
