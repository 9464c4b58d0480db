/// Notices that files changed, and asks whoever owns them to catch up.
@NullMarked
package dev.formulary.engine.reload;

import org.jspecify.annotations.NullMarked;
