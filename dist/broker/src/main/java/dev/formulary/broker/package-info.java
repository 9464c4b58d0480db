/// The broker within the gateway: Apache Artemis with what a house needs of it, MQTT 5 and 3.1.1. Loaded from `lib/broker` by a
/// class loader of its own, and only where it is configured.
@NullMarked
package dev.formulary.broker;

import org.jspecify.annotations.NullMarked;
