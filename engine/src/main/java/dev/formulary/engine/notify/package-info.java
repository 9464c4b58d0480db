/// Tells people and machines of alerts: each event is written down before it is sent, and sent until its channel has taken it.
@NullMarked
package dev.formulary.engine.notify;

import org.jspecify.annotations.NullMarked;
