package dev.formulary.engine.grid;

import java.util.List;
import javax.sql.DataSource;
import org.infinispan.remoting.transport.jgroups.JGroupsChannelConfigurator;
import org.jgroups.JChannel;
import org.jgroups.conf.ProtocolConfiguration;
import org.jgroups.util.SocketFactory;

/// Gives Infinispan a channel that is there already.
record ReadyChannel(JChannel channel) implements JGroupsChannelConfigurator {
    @Override
    public String getName() {
        return "formulary";
    }

    @Override
    public JChannel createChannel(String name) {
        return channel;
    }

    @Override
    public String getProtocolStackString() {
        return channel.getProtocolStack().printProtocolSpec(false);
    }

    @Override
    public List<ProtocolConfiguration> getProtocolStack() {
        return List.of();
    }

    @Override
    public void setSocketFactory(SocketFactory factory) {
        // the channel has what it needs
    }

    @Override
    public void setDataSource(DataSource source) {
        // the channel has what it needs
    }
}
