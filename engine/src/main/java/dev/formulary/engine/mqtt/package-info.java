/// The node's link to an MQTT broker, by either version of the protocol.
@NullMarked
package dev.formulary.engine.mqtt;

import org.jspecify.annotations.NullMarked;
