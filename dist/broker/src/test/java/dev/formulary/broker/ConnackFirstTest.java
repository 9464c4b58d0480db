package dev.formulary.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.junit.jupiter.api.Test;

class ConnackFirstTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new ConnackFirst());

    private static MqttPublishMessage message(int id) {
        return MqttMessageBuilders.publish().topicName("formulary/x").qos(MqttQoS.AT_LEAST_ONCE).messageId(id)
                .payload(Unpooled.copiedBuffer(new byte[]{1})).build();
    }

    private static MqttConnAckMessage welcome() {
        return MqttMessageBuilders.connAck().returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED).build();
    }

    @Test
    void whatComesBeforeTheClientIsLetInFollowsInOrder() {
        MqttPublishMessage first = message(1);
        MqttPublishMessage second = message(2);
        MqttPublishMessage third = message(3);
        MqttConnAckMessage welcome = welcome();

        var _ = channel.writeOneOutbound(first);
        var _ = channel.writeOneOutbound(second);
        channel.flushOutbound();
        assertThat(channel.outboundMessages()).isEmpty();
        var _ = channel.writeOneOutbound(welcome);
        var _ = channel.writeOneOutbound(third);
        channel.flushOutbound();

        assertThat(channel.outboundMessages()).containsExactly(welcome, first, second, third);
    }

    @Test
    void whatIsHeldGoesWithTheConnection() {
        MqttPublishMessage held = message(1);
        var _ = channel.writeOneOutbound(held);

        var _ = channel.close();

        assertThat(held.refCnt()).isZero();
    }
}
