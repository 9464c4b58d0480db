/// Keys that the gateway issues: made, kept as hashes, looked up, throttled.
@NullMarked
package dev.formulary.engine.keys;

import org.jspecify.annotations.NullMarked;
